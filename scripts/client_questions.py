"""The second half of the example client: every question that the three services of oversight answer.

The methods are those that the server's own description lists; one without a question here ends the program.
"""

import base64
import functools
import hashlib
import itertools
import sys

from sijill_client import ANONYMOUS, plain

# A stream has no end of its own: so many messages are read, so many entries of one are shown.
MESSAGES_MAX = 4
ENTRIES_MAX = 3


def ask_everything(story, tell):
    """Each question twice: by someone with a token, and by nobody in particular; the answers are the same."""
    askers = {"oversight": story.oversight, "tenders": story.oversight, "audit": story.auditor}
    questions = {"oversight": oversight(story), "tenders": tenders(story), "audit": audit(story)}
    for package, asker in askers.items():
        for method in story.connection.methods(package):
            name = f"{package}.{method.name}"
            if name in SPECIAL:
                SPECIAL[name](story, ANONYMOUS, tell)
                continue
            if method.name not in questions[package]:
                sys.exit(f"{name} has no question here")
            words, fields = questions[package][method.name]
            told = [ask(story, caller, name, words, fields, tell) for caller in (asker, ANONYMOUS)]
            if told[0] != told[1]:
                sys.exit(f"{name}: a caller with a token is told something else")
    words, fields = questions["oversight"]["SummarizeDeliveries"]
    ask(story, story.budget_officer, "oversight.SummarizeDeliveries", words, fields, tell)


def ask(story, caller, name, words, fields, tell):
    # As of the latest command: the answer waits until the views have seen it, and knows nothing later.
    last = story.last.index
    context = {"size": last + 1, "minimum_index": last}
    if name == "audit.GetEvent":
        context = {"minimum_index": last}
    answer = story.connection.call(caller, name, context=context, **fields)
    said = words(answer)
    tell(caller, name, f"{said} (as of index {answer.context.position.index})")
    return said


def rows(words):
    """How many rows there are, and the first in a few words."""

    def of(answer):
        first = f": {words(answer.rows[0])}" if answer.rows else ""
        size = getattr(answer, "total_size", len(answer.rows))
        return f"{len(answer.rows)} of {size} rows{first}"

    return of


def oversight(story):
    """Of the ministry's own facilities only: the ledger may hold more."""
    own = {"filter": {"owner": story.ministry}}
    medicine = {"filter": {"owner": story.ministry, "item": story.medicine}}
    order = {"filter": {"order": story.order}}
    return {
        "ListShortages": (rows(shortage), own),
        "GetShortage": (
            lambda answer: f"{shortage(answer.row)}, {len(answer.row.inputs.cards)} cards, "
            f"{plain(answer.row.quantities.usable)} usable",
            {"facility": story.clinic, "item": story.medicine},
        ),
        "RollUpShortages": (
            rows(lambda row: f"{row.governorate}: {row.handling} times an item is handled"),
            {**own, "by": "ROLL_UP_DIMENSION_GOVERNORATE"},
        ),
        "ListRedistributions": (rows(lambda row: f"{plain(row.quantity)} could go to {row.to}"), own),
        "ListStock": (rows(lambda row: f"{row.facility}, batch {row.card.batch}"), own),
        "ListStockoutRates": (rows(lambda row: f"{row.item}: {row.at_zero} of {row.handling} at zero"), medicine),
        "ListFlows": (
            rows(
                lambda row: f"{row.facility}: received {plain(row.received)}, arrived {plain(row.transfers_in)}, "
                f"issued {plain(row.issued)}, unaccounted {plain(row.unaccounted)}, on hand {plain(row.on_hand)}, "
                f"difference {plain(row.difference)}"
            ),
            medicine,
        ),
        "ListTransfers": (
            rows(
                lambda row: f"{row.transfer}: dispatched {plain(row.lines[0].dispatched)}, "
                f"accepted {plain(row.lines[0].accepted)}, lost {plain(row.lines[0].lost)}"
            ),
            own,
        ),
        "ListDeliveries": (
            rows(lambda row: f"accepted {plain(row.accepted)} of {plain(row.quantity)}, on time: {row.on_time}"),
            order,
        ),
        "ListOrderLines": (
            rows(lambda row: f"accepted {plain(row.accepted)} of {plain(row.ordered)} ordered, in full: {row.in_full}"),
            order,
        ),
        "SummarizeDeliveries": (
            rows(lambda row: f"{row.summary.on_time} of {row.summary.deliveries} deliveries on time"),
            order,
        ),
        "ListLosses": (
            rows(lambda row: f"{row.facility}: {plain(row.lost_in_transit)} lost on the way"),
            medicine,
        ),
        "ListWastage": (
            rows(
                lambda row: f"{plain(row.lost_in_transit)} lost on the way of {plain(row.received)} received: "
                f"{plain(row.wastage)} of it wasted"
            ),
            medicine,
        ),
        "GetEquity": (
            lambda answer: f"{plain(answer.equity.issued)} issued to {plain(answer.equity.population)} people",
            {"item": story.medicine, "filter": {"owner": story.ministry}},
        ),
        "ListFacilities": (rows(lambda row: row.profile.names.ar), own),
        "ListItems": (rows(lambda row: row.profile.names.ar), {"filter": {"item": story.medicine}}),
    }


def shortage(row):
    status = row.DESCRIPTOR.fields_by_name["status"].enum_type.values_by_number[row.status].name
    return f"{row.facility} {row.item}: {status.removeprefix('SHORTAGE_STATUS_')}"


def tenders(story):
    """About the ministry's one tender. What the story made is known, so each answer is compared with it."""
    own = {"buyer": story.ministry}
    only = [story.tender]
    return {
        "GetTender": (functools.partial(notice, story), {"tender": story.tender}),
        "SearchTenders": (
            lambda answer: f"{same([row.tender for row in answer.rows], only)} of {answer.total_size}, "
            f"by {same(answer.facets.buyers[0].value, story.ministry)}",
            {"filter": {**own, "text": "طباشير"}},
        ),
        "ListTenderAlerts": (
            lambda answer: f"published: {same([row.tender.tender for row in answer.rows], only)}",
            {"filter": own, "kinds": ["TENDER_ALERT_KIND_PUBLISHED"]},
        ),
        "ListTenderDurations": (
            lambda answer: f"{same([row.tender for row in answer.rows], only)} since {answer.rows[0].now.days} days",
            own,
        ),
        "ListStageMedians": (
            rows(lambda row: f"{same(row.buyer, story.ministry)}, {plain(row.median.median_days)} days"),
            own,
        ),
        "GetSupplierCard": (
            lambda answer: f"{same(answer.card.profile.names.en, 'Nile Pharmaceuticals')}: "
            f"{same(answer.card.lots_won.count, 0)} lots won",
            {"supplier": story.supplier},
        ),
        "GetBuyerCard": (lambda answer: f"{same(answer.card.tenders.count, 1)} tender", own),
        # Nothing is decided before the notice has stood for days.
        "ListAwards": (lambda answer: f"{same(answer.total_size, 0)} awards", {"filter": own}),
        "ListUnitPrices": (lambda answer: f"{same(answer.total_size, 0)} prices", {"filter": own}),
    }


def notice(story, answer):
    lot = answer.tender.lots[0]
    same(lot.HasField("estimate"), False)
    [withheld] = [it.lot for it in answer.tender.withheld if it.lot]
    line = lot.lines[0].line
    return (
        f"{same(answer.tender.title.en, 'Chalk')}, {plain(line.quantity)} for {same(line.facility, story.clinic)}, "
        f"the estimate of lot {same(withheld, lot.lot)} is withheld"
    )


def same(found, expected):
    """What was answered, where it is what the story did."""
    if found != expected:
        sys.exit(f"{found!r} was answered, and it is {expected!r}")
    return found


def audit(story):
    order = {"entity": {"kind": "ENTITY_KIND_ORDER", "id": story.order}}
    return {
        "GetHistory": (rows(lambda row: f"{row.kind.rpartition('.')[2]} by {row.actor.official}"), order),
        "ListActors": (rows(lambda row: f"{row.actor.official}: {row.events} events"), order),
        "ListMovements": (
            rows(lambda row: f"{row.document}: {plain(row.change)}, balance {plain(row.balance)}"),
            {"facility": story.clinic, "item": story.medicine},
        ),
        "ListDiscrepancies": (
            rows(lambda row: f"{row.rule} {plain(row.expected)} expected, {plain(row.found)} found"),
            {"item": story.medicine},
        ),
        "ListRefusedSteps": (rows(lambda row: f"{row.policy}: {row.code}"), {}),
        "SearchProcesses": (rows(lambda row: f"{row.ocid}: {row.title}"), {"text": story.ocid}),
        "GetProcess": (
            lambda answer: f"{answer.process.title}, {answer.process.status}, {len(answer.releases)} releases",
            {"ocid": story.ocid},
        ),
        "GetEvent": (
            lambda answer: f"{answer.event.row.kind.rpartition('.')[2]}, {len(answer.event.entry)} bytes, "
            f"{len(answer.event.facts)} facts read",
            {"index": story.last.index},
        ),
        "GetViewDigest": (
            lambda answer: ", ".join(f"{digest.view} {digest.digest.hex()[:8]}…" for digest in answer.digests),
            {},
        ),
    }


def watch_shortages(story, caller, tell):
    """What changed since the story began: changes, then heartbeats."""
    name = "oversight.WatchShortages"
    since = {"log_id": story.first.log_id, "index": story.first.index}
    fields = {"filter": {"owner": story.ministry}, "from": since, "heartbeat_seconds": 1}
    for message in some_of(story.connection.read(caller, name, **fields)):
        if message.HasField("change"):
            tell(caller, name, f"changed: {shortage(message.change.row)}")
        else:
            tell(caller, name, f"heartbeat at index {message.position.index}")


def watch_tenders(story, caller, tell):
    """What happened to the ministry's tenders since the story began: alerts, then heartbeats."""
    name = "tenders.WatchTenders"
    since = {"log_id": story.first.log_id, "index": story.first.index}
    fields = {"filter": {"buyer": story.ministry}, "from": since, "heartbeat_seconds": 1}
    alerted = []
    for message in some_of(story.connection.read(caller, name, **fields)):
        if message.HasField("alert"):
            alerted.append(message.alert.tender.tender)
        else:
            tell(caller, name, f"heartbeat at index {message.position.index}")
    tell(caller, name, f"alerts of {same(alerted, [story.tender])}")


def replay_events(story, caller, tell):
    """Entries of the log, decoded by the name of their kind; the program's own commands only."""
    name = "audit.ReplayEvents"
    fields = {"from": story.first.index, "to": story.last.index + 1, "form": "REPLAY_FORM_FIELDS"}
    for message in some_of(story.connection.read(caller, name, **fields)):
        for entry in message.entries[:ENTRIES_MAX]:
            event = story.connection.message(entry.kind).FromString(entry.data)
            fields_set = ", ".join(field.name for field, _ in event.ListFields())
            tell(caller, name, f"index {entry.index}: {entry.kind.rpartition('.')[2]} with {fields_set}")
        tell(caller, name, f"{len(message.entries)} entries, resume from index {message.next_index}")


def get_release(story, caller, tell):
    """The release, byte by byte as it was published."""
    name = "audit.GetRelease"
    fields = {"ocid": story.ocid, "id": f"{story.ocid}-1", "context": {"minimum_index": story.last.index}}
    pieces = list(story.connection.read(caller, name, **fields))
    content = b"".join(piece.piece for piece in pieces)
    if hashlib.sha256(content).hexdigest() != pieces[0].release.sha256 or content != story.release:
        sys.exit(f"{name}: not what was published")
    tell(caller, name, f"{len(content)} bytes as published, SHA-256 {pieces[0].release.sha256[:16]}…")


def get_receipt(story, caller, tell):
    """The proof that the story's last entry is in the log, computed again here: from the entry's bytes to the signed root."""
    name = "audit.GetReceipt"
    answer = story.connection.call(caller, name, index=story.last.index)
    proof, note = answer.receipt.decode().split("\n\n", 1)
    form, index, *hashes = proof.split("\n")
    origin, size, root = note.split("\n")[:3]
    if (form, index, origin) != ("c2sp.org/tlog-proof@v1", f"index {story.last.index}", story.last.log_id):
        sys.exit(f"{name}: another receipt")
    leaf = hashlib.sha256(b"\0" + answer.entry).digest()
    if included(leaf, answer.index, int(size), [base64.b64decode(it) for it in hashes]) != base64.b64decode(root):
        sys.exit(f"{name}: the entry is not under the root")
    tell(caller, name, f"index {answer.index} is under the root {root[:8]}… of {size} entries, by {len(hashes)} hashes")


def included(leaf, index, size, hashes):
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2)."""
    node, last = index, size - 1
    for other in hashes:
        if node & 1 or node == last:
            leaf = hashlib.sha256(b"\1" + other + leaf).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            leaf = hashlib.sha256(b"\1" + leaf + other).digest()
        node, last = node >> 1, last >> 1
    return leaf


def get_consistency_proof(story, caller, tell):
    """The log as it was when the story began is the beginning of the log as it is."""
    name = "audit.GetConsistencyProof"
    answer = story.connection.call(caller, name, old_size=story.first.index + 1)
    tell(caller, name, f"{answer.old_size} entries begin the {answer.new_size}, by {len(answer.hashes)} hashes")


def follow_checkpoints(story, caller, tell):
    """The published checkpoint, then heartbeats."""
    name = "audit.FollowCheckpoints"
    for message in some_of(story.connection.read(caller, name, heartbeat_seconds=1)):
        if message.HasField("checkpoint"):
            tell(caller, name, f"{message.checkpoint.size} entries are signed by {message.checkpoint.origin}")
        else:
            tell(caller, name, "heartbeat")


def some_of(stream):
    """The first few messages of a stream."""
    yield from itertools.islice(stream, MESSAGES_MAX)
    stream.cancel()


# Streams, and what is asked in its own way.
SPECIAL = {
    "audit.FollowCheckpoints": follow_checkpoints,
    "audit.GetConsistencyProof": get_consistency_proof,
    "audit.GetReceipt": get_receipt,
    "oversight.WatchShortages": watch_shortages,
    "tenders.WatchTenders": watch_tenders,
    "audit.ReplayEvents": replay_events,
    "audit.GetRelease": get_release,
}
