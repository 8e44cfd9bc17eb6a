#!/usr/bin/env python3
"""An example client: one purchase from request to payment, each role in its turn, the notice of another, then every question.

    pip install grpcio grpcio-tools grpcio-reflection
    sijill keygen --out key.json
    sijill serve --data ledger --origin example.org/try --keys key.public.json
    scripts/client.py --key key.json                 messages and stubs are made from schemas/proto
    scripts/client.py --key key.json --reflection    no files: the server describes itself

Prints a line per call: who asks in which role, the method, the answer in a few words. Every run makes codes of its own,
so it can be repeated. Try it on a ledger that you can throw away: nothing that it records can be deleted.
"""

import argparse
import datetime
import functools
import hashlib
import json
import pathlib
import sys
import tempfile
import time
import uuid

try:
    import grpc
    from client_questions import ask_everything
    from sijill_client import (
        ANONYMOUS,
        Caller,
        Connection,
        Key,
        Tokens,
        generated,
        new_context,
        number,
        reflected,
        refusal,
    )
except ImportError as missing:
    sys.exit(f"{missing}; pip install grpcio grpcio-tools grpcio-reflection")

# How long policies may take to carry what one stream says to another, in seconds.
PATIENCE = 60
TODAY = (datetime.datetime.now(datetime.timezone.utc).date() - datetime.date(1970, 1, 1)).days


class Story:
    """One country in small: a ministry, a supplier, a central store and a clinic, one medicine."""

    def __init__(self, connection, sijill, folder):
        self.connection = connection
        self.sijill, self.folder = sijill, pathlib.Path(folder)
        self.run = uuid.uuid4().hex[:6]
        self.last = None  # where the latest command stands along the log
        self.first = None  # and the first
        code = self.code
        self.ministry, self.supplier, self.other = code("MOH"), code("NILE"), code("DELTA")
        self.store, self.clinic = code("STORE"), code("CLINIC")
        self.medicine, self.chalk = code("PARACETAMOL"), code("CHALK")
        self.order, self.requisition, self.transfer = code("PO"), code("REQ"), code("TR")
        self.tender = code("T")
        self.ocid = f"ocds-py{self.run}-1"
        self.batch = {"item": self.medicine, "batch": "B-1"}
        official = self.official
        self.registrar = official("registrar", "huda")
        self.other_registrar = official("registrar", "adel")
        self.requester = official("requester", "karim", self.clinic)
        self.officer = official("procurement_officer", "nadia")
        self.approver = official("approver", "sami", self.store, self.clinic)
        self.director = official("approver", "rami")
        self.inspector = official("inspector", "nabil", self.store)
        self.keeper = official("storekeeper", "mona", self.store)
        self.clinic_keeper = official("storekeeper", "omar", self.clinic)
        self.counter = official("committee_member", "laila", self.clinic)
        self.payer = official("payer", "yusuf")
        self.review_body = official("review_body", "amal")
        self.administrator = official("administrator", "tarek")
        self.auditor = official("auditor", "dina")
        self.budget_officer = official("budget_officer", "hany")
        self.oversight = Caller("oversight", f"organization:{code('WATCH')}")
        self.members = [self.keeper, self.clinic_keeper, self.counter]
        self.seller = Caller("supplier", f"organization:{self.supplier}")

    def code(self, name):
        return f"{name}-{self.run}"

    def official(self, role, name, *facilities):
        return Caller(role, f"official:{self.code(name)}", facilities)

    # One call, one line.

    def command(self, caller, name, withheld=(), **fields):
        answer = self.connection.call(caller, name, context=new_context(withheld=withheld), **fields)
        self.last = answer.position
        self.first = self.first or answer.position
        tell(caller, name, done(answer))
        return answer

    def approve(self, caller, key, name, what, **fields):
        """A command that its caller signs, and with it the event that it approves: the first of the command `what`."""
        place = what.position
        seen = {"minimum_index": place.index}
        read = self.connection.call(ANONYMOUS, "audit.GetEvent", index=place.index, context=seen)
        context = new_context()
        statement = self.connection.signed(key, name, place.log_id, read.event.entry, context=context, **fields)
        answer = self.connection.call(caller, name, context={**context, "statement": statement}, **fields)
        tell(caller, name, f"{done(answer)}, signed")
        self.last = answer.position

    def refused(self, caller, name, expected, **fields):
        """Shows a refusal on purpose: the stable code, the text in both languages."""
        self.refuses(caller, name, expected, lambda: self.connection.call(caller, name, **fields))

    def refuses(self, caller, name, expected, ask):
        """The same of any way to ask."""
        try:
            ask()
        except grpc.RpcError as error:
            code, texts = refusal(error)
            said = "".join(f"\n    {language}: {text}" for language, text in texts.items())
            tell(caller, name, f"refused: {error.code().name} {code}{said}")
            if code != expected:
                sys.exit(f"{name}: {expected} was expected")
        else:
            sys.exit(f"{name}: {expected} was expected, and it was done")

    def wait_for(self, entity, kind):
        """Until a policy has recorded an event about a thing: it follows the event that causes it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            asked = {"entity": entity, "parts": ["PART_OWN"], "kinds": [kind]}
            answer = self.connection.call(ANONYMOUS, "audit.GetHistory", **asked)
            if answer.rows:
                return tell(Caller("(policy)"), kind, f"followed by itself at index {answer.rows[-1].index}")
            time.sleep(0.05)
        sys.exit(f"no {kind} within {PATIENCE} seconds")

    # The registers.

    def register(self):
        for organization, role, ar, en in [
            (self.ministry, "PROCURING_ENTITY", "وزارة الصحة", "Ministry of Health"),
            (self.supplier, "SUPPLIER", "شركة النيل للأدوية", "Nile Pharmaceuticals"),
            (self.other, "SUPPLIER", "شركة الدلتا للتوريدات", "Delta Supplies"),
        ]:
            profile = {
                "roles": [f"ORGANIZATION_ROLE_{role}"],
                "names": {"ar": ar, "en": en},
                "external": f"EG-GAFI:{organization}",
                "country": "EG",
            }
            # The bank account is withheld: the log holds a commitment to it, and nobody can read it there.
            registered = self.command(
                self.registrar,
                "registry.RegisterOrganization",
                withheld=["EG800002000156789012345180002"],
                organization=organization,
                registration={"profile": profile, "bank_account_part": 0},
            )
            # It counts once a second person has looked at it.
            stated = {"stated": registered.revision}
            self.command(
                self.other_registrar, "registry.ConfirmBankAccount", organization=organization, confirmation=stated
            )
        for facility, kind, ar, en, more in [
            (self.store, "CENTRAL_STORE", "المخزن المركزي", "Central store", {}),
            (self.clinic, "CLINIC", "عيادة الحي", "District clinic", {"parent": self.store, "population": 12_000}),
        ]:
            profile = {"names": {"ar": ar, "en": en}, "kind": f"FACILITY_KIND_{kind}", "governorate": "EG-C"}
            opening = {"profile": {**profile, "owner": self.ministry, **more}}
            self.command(self.registrar, "registry.OpenFacility", facility=facility, opening=opening)
        self.list_items()
        price = {"price": pounds("0.25"), "source": "national price list"}
        self.command(self.registrar, "registry.SetReferencePrice", item=self.medicine, reference=price)
        self.appoint(self.officer, "رئيسة المشتريات", "head of purchasing")
        self.delegate(self.officer, "1000")
        self.appoint(self.approver, "مدير المخازن", "director of stores")
        self.delegate(self.approver, "500")
        # Who approves a tender holds a post in the ministry itself.
        self.appoint(self.director, "مدير المشتريات", "director of purchasing")
        self.delegate(self.director, "500")
        self.key = self.enrol_key(self.approver)
        for facility, item, minimum, maximum in [
            (self.store, self.medicine, "200", "2000"),
            (self.clinic, self.medicine, "50", "300"),
            (self.clinic, self.chalk, "20", "100"),
        ]:
            levels = {"item": item, "min": number(minimum), "max": number(maximum)}
            self.command(self.approver, "registry.SetAssortment", facility=facility, assortment=levels)
        for keeper in [self.keeper, self.clinic_keeper]:
            self.appoint(keeper, "أمين مخزن", "storekeeper")
            to = keeper.subject.removeprefix("official:")
            self.command(self.registrar, "registry.HandOverCustody", facility=keeper.facilities[0], handover={"to": to})

    def list_items(self):
        """Two commands over one stream, each answered when it is durable."""
        medicine = {
            "names": {"ar": "باراسيتامول ٥٠٠ ملغ", "en": "Paracetamol 500 mg"},
            "category": "ITEM_CATEGORY_MEDICINE",
            "base_unit": "tablet",
            "atc": "N02BE01",
            "essential": True,
            "tracking": "TRACKING_BATCH_AND_EXPIRY",
            "inspected": True,
        }
        chalk = {
            "names": {"ar": "طباشير", "en": "Chalk"},
            "category": "ITEM_CATEGORY_STATIONERY",
            "base_unit": "piece",
            "tracking": "TRACKING_QUANTITY",
        }
        items = [(self.medicine, medicine), (self.chalk, chalk)]
        commands = [
            ("register_item", {"context": new_context(), "item": item, "listing": {"profile": profile}})
            for item, profile in items
        ]
        for answer in self.connection.submit(self.registrar, "registry", commands):
            if answer.WhichOneof("outcome") != "done":
                sys.exit(f"registry.Submit: {answer.refused.code} {answer.refused.en}")
            self.last = answer.done.position
            tell(self.registrar, "registry.Submit", f"command {answer.sequence}: {done(answer.done)}")

    def appoint(self, official, ar, en):
        """To a post, at a facility or in the ministry. The national number is withheld; a court can have it erased."""
        name = official.subject.removeprefix("official:")
        seat = {"facility": official.facilities[0]} if official.facilities else {"organization": self.ministry}
        appointment = {
            "post": f"EG-MOH-{name}",
            **seat,
            "names": {"ar": ar, "en": en},
            "national_id_part": 0,
            "from_days": TODAY - 30,
            "decree": "12/2026",
        }
        withheld = ["29001011234567"]
        self.command(
            self.registrar, "registry.AppointOfficial", withheld=withheld, official=name, appointment=appointment
        )

    def delegate(self, official, limit):
        """Authority to approve up to a limit in pounds."""
        name = official.subject.removeprefix("official:")
        delegation = {
            "post": f"EG-MOH-{name}",
            "limit": pounds(limit),
            "from_days": TODAY - 1,
            "until_days": TODAY + 365,
            "decree": "13/2026",
        }
        self.command(self.registrar, "registry.DelegateAuthority", official=name, delegation=delegation)

    # The purchase.

    def enrol_key(self, caller):
        """One registrar proposes a key that its owner has shown to hold, another enrols it."""
        key = Key(self.sijill, self.folder / "approver.key", caller.subject)
        official = caller.subject.partition(":")[2]
        proposal = {"key": key.public, "proof": key.proof}
        self.command(self.registrar, "registry.ProposeOfficialKey", official=official, proposal=proposal)
        enrolment = {"key": key.public}
        self.command(self.other_registrar, "registry.EnrolOfficialKey", official=official, enrolment=enrolment)
        return key

    def ask_for_goods(self):
        line = {"item": self.medicine, "on_hand": number("0"), "requested": number("100")}
        submission = {
            "number": self.requisition,
            "from": self.clinic,
            "supplier": self.store,
            "emergency": "an outbreak of influenza",
            "lines": [line],
        }
        submitted = self.command(
            self.requester, "inventory.SubmitRequisition", requisition=self.requisition, submission=submission
        )
        approved = [{"item": self.medicine, "approved": number("100")}]
        fields = {"requisition": self.requisition, "lines": approved}
        self.approve(self.approver, self.key, "inventory.ApproveRequisition", submitted, **fields)

    def buy(self):
        line = {
            "item": self.medicine,
            "facility": self.store,
            "quantity": number("1000"),
            "unit_price": pounds("0.25"),
            "due_days": TODAY + 14,
        }
        placement = {
            "number": self.order,
            "direct": "the stock does not last until the tender is decided",
            "buyer": self.ministry,
            "supplier": self.supplier,
            "currency": "EGP",
            "lines": [line],
        }
        self.command(self.officer, "procurement.PlaceOrder", order=self.order, placement=placement)
        taken = {"reference": "SO-77"}
        self.command(self.seller, "procurement.AcknowledgeOrder", order=self.order, acknowledgement=taken)

    def receive(self):
        line = {"key": self.batch, "quantity": number("1000"), "expiry_days": TODAY + 500, "unit_price": pounds("0.25")}
        source = {"organization": self.supplier, "order": self.order}
        receipt = {"document": {"number": "GR-1"}, "supplier": source, "lines": [line]}
        received = self.command(self.keeper, "inventory.ReceiveStock", facility=self.store, receipt=receipt)
        found = {"key": self.batch, "accepted": number("990"), "rejected": number("10"), "reason": "crushed"}
        acceptance = {"document": {"number": "IN-1"}, "receipt": received.revision, "lines": [found]}
        self.command(self.inspector, "inventory.AcceptStock", facility=self.store, acceptance=acceptance)
        self.wait_for({"kind": "ENTITY_KIND_ORDER", "id": self.order}, "DeliveryInspected")

    def distribute(self):
        issue = {"document": {"number": "IS-1"}, "unit": "ward 3", "lines": [self.line("40")]}
        self.command(self.keeper, "inventory.IssueStock", facility=self.store, issue=issue)
        dispatch = {
            "document": {"number": "DN-1"},
            "transfer": self.transfer,
            "to": self.clinic,
            "requisition": self.requisition,
            "due_days": TODAY + 3,
            "lines": [self.line("100")],
        }
        self.command(self.keeper, "inventory.DispatchStock", facility=self.store, dispatch=dispatch)
        self.wait_for({"kind": "ENTITY_KIND_TRANSFER", "id": self.transfer}, "TransferDispatched")
        came = {
            "key": self.batch,
            "shipped": number("100"),
            "accepted": number("98"),
            "rejected": number("0"),
            "lost": number("2"),
            "reason": "a torn box",
            "expiry_days": TODAY + 500,
        }
        arrival = {"document": {"number": "AR-1"}, "transfer": self.transfer, "from": self.store, "lines": [came]}
        self.command(self.clinic_keeper, "inventory.RecordArrival", facility=self.clinic, arrival=arrival)
        self.wait_for({"kind": "ENTITY_KIND_TRANSFER", "id": self.transfer}, "TransferArrived")
        issue = {"document": {"number": "IS-2"}, "patients": {}, "lines": [self.line("20")]}
        self.command(self.clinic_keeper, "inventory.IssueStock", facility=self.clinic, issue=issue)
        count = self.code("COUNT")
        counted = {"key": self.batch, "counted": number("77"), "expiry_days": TODAY + 500}
        proposal = {"count": count, "document": {"number": "CT-1"}, "lines": [counted]}
        self.command(self.counter, "inventory.ProposeCount", facility=self.clinic, count=proposal)
        self.command(self.approver, "inventory.ApproveCount", facility=self.clinic, count=count)

    def line(self, quantity):
        return {"key": self.batch, "quantity": number(quantity)}

    def pay(self):
        scan = self.scan_of_invoice()
        invoice = {
            "number": "INV-1",
            "dated_days": TODAY,
            "attachment_sha256": scan,
            "lines": [{"line": 1, "quantity": number("990"), "unit_price": pounds("0.25")}],
            "total": pounds("247.50"),
        }
        self.command(self.officer, "procurement.RecordInvoice", order=self.order, invoice=invoice)
        self.read_scan(scan.hex())
        approval = {"payment": "PAY-1", "invoice": "INV-1", "amount": pounds("247.50")}
        self.command(self.approver, "procurement.ApprovePayment", order=self.order, approval=approval)
        payment = {"payment": "PAY-1", "paid_days": TODAY, "amount": pounds("247.50"), "reference": "T-555"}
        self.command(self.payer, "procurement.RecordPayment", order=self.order, payment=payment)
        closure = {"reason": "ten crushed tablets are not replaced"}
        self.command(self.officer, "procurement.CloseOrder", order=self.order, closure=closure)

    def scan_of_invoice(self):
        """Uploaded before the event that names it; until then it is the uploader's organisation's alone."""
        self.scan = f"%PDF-1.7\n% the invoice of {self.supplier}\n".encode() * 40_000
        uploaded = self.connection.upload(self.officer, self.scan, "application/pdf")
        tell(self.officer, "documents.UploadDocument", f"{uploaded.size_bytes} bytes, {uploaded.sha256}")
        read = functools.partial(self.connection.download, ANONYMOUS, uploaded.sha256)
        self.refuses(ANONYMOUS, "documents.DownloadDocument", "DOCUMENT_NOT_FOUND", read)
        return bytes.fromhex(uploaded.sha256)

    def read_scan(self, sha256):
        """Now that an event names it, anybody reads it, also from a place on. The views follow the log a moment later."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                read = self.connection.download(ANONYMOUS, sha256)
                break
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.NOT_FOUND or time.monotonic() > until:
                    raise
                time.sleep(0.05)
        rest = self.connection.download(ANONYMOUS, sha256, start=1_000_000)
        if hashlib.sha256(read).hexdigest() != sha256 or read[1_000_000:] != rest:
            sys.exit("what came is not what was uploaded")
        tell(ANONYMOUS, "documents.DownloadDocument", f"{len(read)} bytes, and {len(rest)} of them again")

    # A tender: a notice that one supplier will be asked.

    def adopt_rules(self):
        """Nothing is drafted before two persons have adopted the parameters of procurement; on a used ledger they have."""
        seen = {"minimum_index": self.last.index}
        asked = self.connection.call(ANONYMOUS, "oversight.ListShortages", context=seen, page={"size": 1})
        if asked.context.HasField("ruleset"):
            return tell(ANONYMOUS, "oversight.ListShortages", f"ruleset {asked.context.ruleset} is in force")
        days = {"open": 15, "quotation": 3}
        rules = {
            "open_window_days": 31,
            "future_tolerance_minutes": 10,
            "amc_look_back_months": 6,
            "amc_stocked_days_min": 10,
            "critical_below_months": number("1"),
            "low_below_months": number("2"),
            "overstocked_above_months": number("6"),
            "procurement": {
                "edition": 4,
                "tender_days_min": days,
                "amendment_days_min": {"open": 4, "quotation": 2},
                "enquiry_days_min": {"open": 5, "quotation": 1},
                "standstill_days": {"open": 10, "quotation": 5},
                "complaint_days": 10,
                "security_percent_max": number("5"),
                "low_price_percent": 30,
                "reveal_days": 3,
                "outage_allowance_minutes": 60,
                "calendar": {},
            },
        }
        self.command(self.registrar, "registry.ProposeRuleset", rules=rules, reason="parameters of procurement")
        self.command(self.other_registrar, "registry.AdoptRuleset", version=1)

    def give_notice(self):
        """Of a direct purchase with its ground. Who else can supply it has some days to say so; the estimate is withheld."""
        names = {"ar": "طباشير", "en": "Chalk"}
        drafted = {
            "buyer": self.ministry,
            "title": names,
            "procedure": "TENDER_PROCEDURE_DIRECT",
            "currency": "EGP",
            "terms": {"delivery": "DDP", "tax_included": True, "validity_days": 90, "security_percent": number("0")},
            "lowest_price": {},
            "ties": ["TIE_RULE_EARLIER_ENVELOPE"],
            "invitation": {
                "ground": "INVITATION_GROUND_SOLE_SOURCE",
                "justification": "one mill makes it",
                "invited": [self.supplier],
            },
        }
        self.appoint(self.counter, "عضو لجان", "member of committees")
        line = {"item": self.chalk, "quantity": number("100"), "facility": self.clinic, "delivery_days": 30}
        lot = {"id": "A", "title": names, "estimate_part": 0, "lines": [line]}
        committees = {"opening": self.code("OPENING"), "evaluation": self.code("EVALUATION"), "threshold": 2}
        for committee, purpose in [(committees["opening"], "OPENING"), (committees["evaluation"], "EVALUATION")]:
            members = [official.subject.removeprefix("official:") for official in self.members]
            formation = {
                "purpose": f"COMMITTEE_PURPOSE_{purpose}",
                "names": {"ar": "لجنة", "en": "committee"},
                "members": members,
                "quorum": 2,
                "decree": "14/2026",
            }
            self.command(self.registrar, "registry.FormCommittee", committee=committee, formation=formation)
        self.adopt_rules()
        self.command(self.officer, "tender.DraftTender", tender=self.tender, draft=drafted)
        self.command(self.officer, "tender.AddLot", withheld=["400.00 EGP"], tender=self.tender, lot=lot)
        self.command(self.officer, "tender.AppointCommittees", tender=self.tender, committees=committees)
        self.command(self.director, "tender.ApproveTender", tender=self.tender, approval={"read": 2})
        day = 86_400_000_000
        publication = {"enquiries_until_micros": (TODAY + 4) * day, "closes_micros": (TODAY + 6) * day}
        self.command(self.officer, "tender.PublishTender", tender=self.tender, publication=publication)

    def watch_others(self):
        """A decision of the review body, and what another system published."""
        debarment = {
            "from_days": TODAY,
            "until_days": TODAY + 365,
            "decision": "RB-9/2026",
            "grounds": "a forged certificate",
        }
        self.command(self.review_body, "registry.DebarSupplier", organization=self.other, debarment=debarment)
        self.release = json.dumps(
            {
                "ocid": self.ocid,
                "id": f"{self.ocid}-1",
                "date": "2026-03-01T09:30:00+02:00",
                "tag": ["tender"],
                "initiationType": "tender",
                "buyer": {"id": self.ministry, "name": "Ministry of Health"},
                "tender": {"id": "1", "title": "Ambulances", "status": "active", "procurementMethod": "open"},
            }
        ).encode()
        source = "another system, https://ocds.example"
        self.command(self.administrator, "procurement.RecordRelease", release=self.release, source=source)

    def break_rules(self):
        """What must not happen, and is answered with the rule."""
        receipt = {"document": {"number": "GR-9"}, "production": {}, "lines": [self.line("5")]}
        receive = {"context": new_context(), "facility": self.store, "receipt": receipt}
        self.refused(self.clinic_keeper, "inventory.ReceiveStock", "NOT_OWN_FACILITY", **receive)
        self.refused(ANONYMOUS, "inventory.ReceiveStock", "TOKEN_REQUIRED", **receive)
        # The same request twice is applied once; another request under its id is refused.
        issue = {"document": {"number": "IS-3"}, "unit": "ward 3", "lines": [self.line("1")]}
        request = {"context": new_context(), "facility": self.store, "issue": issue}
        for _ in range(2):
            answer = self.connection.call(self.keeper, "inventory.IssueStock", **request)
            tell(self.keeper, "inventory.IssueStock", done(answer))
        if not answer.repeated:
            sys.exit("the same request was applied twice")
        self.last = answer.position
        other = {**request, "issue": {**issue, "lines": [self.line("2")]}}
        self.refused(self.keeper, "inventory.IssueStock", "COMMAND_ID_REUSED", **other)


def pounds(amount):
    return {"amount": number(amount), "currency": "EGP"}


def tell(caller, name, words):
    print(f"{caller.role:20} {name:32} {words}", flush=True)


def done(answer):
    again = ", as it was the first time" if answer.repeated else ""
    return f"index {answer.position.index}, revision {answer.revision} of {answer.stream}{again}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="127.0.0.1:7450", help="address and port (default %(default)s)")
    parser.add_argument("--sijill", default="sijill", help="the program, for signing (default %(default)s)")
    parser.add_argument("--key", required=True, help="file of the private key, made by sijill keygen")
    parser.add_argument("--reflection", action="store_true", help="ask the server what it offers; no files are read")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # Arabic, whatever the locale says.
    with grpc.insecure_channel(arguments.server) as channel, tempfile.TemporaryDirectory() as folder:
        try:
            services = reflected(channel) if arguments.reflection else generated(channel, folder)
            connection = Connection(services, Tokens(arguments.sijill, arguments.key))
            story = Story(connection, arguments.sijill, folder)
            play(story)
        except grpc.RpcError as error:
            code, _ = refusal(error)
            sys.exit(f"{code or error.code().name}: {error.details()}")


def play(story):
    story.register()
    story.ask_for_goods()
    story.buy()
    story.receive()
    story.distribute()
    story.pay()
    story.give_notice()
    story.watch_others()
    story.break_rules()
    ask_everything(story, tell)


if __name__ == "__main__":
    main()
