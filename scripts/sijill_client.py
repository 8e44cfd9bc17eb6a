"""A connection to a Sijill server, as any Python program can make one.

Two ways to learn what the server offers, with the same result:

    generated(channel, folder)  from the .proto files in schemas/, compiled into a folder   (grpcio-tools)
    reflected(channel)          from the server itself, without any file                    (grpcio-reflection)

A method is named as in "inventory.ReceiveStock"; fields are named as in the .proto files, messages are dicts.
"""

import base64
import hashlib
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import types
import uuid
from dataclasses import dataclass
from decimal import Decimal

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PROTO = pathlib.Path(__file__).resolve().parent.parent / "schemas" / "proto"
# Services by the names that they are called by here, and their packages.
SERVICES = {
    "registry": "registry",
    "procurement": "procurement",
    "tender": "procurement",
    "bids": "procurement",
    "inventory": "inventory",
    "documents": "documents",
    "oversight": "oversight",
    "tenders": "oversight",
    "audit": "audit",
}
# Bytes of a document in one message.
CHUNK_BYTES = 512 * 1024
# A call that takes longer has failed. A stream that is to be read for longer needs a limit of its own, or none.
SECONDS_MAX = 30


def generated(channel, folder):
    """Services from generated code: {name: (descriptor, stub)}."""
    from grpc_tools import protoc

    files = sorted(str(file.relative_to(PROTO)) for file in PROTO.rglob("*.proto"))
    arguments = [f"-I{PROTO}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
    if protoc.main(["protoc", *arguments, *files]) != 0:
        sys.exit(f"{PROTO} cannot be compiled")
    sys.path.insert(0, str(folder))
    services = {}
    for service, package in SERVICES.items():
        name = f"sijill.{package}.v1.{service}_service_pb2"
        stubs = importlib.import_module(f"{name}_grpc")
        [descriptor] = importlib.import_module(name).DESCRIPTOR.services_by_name.values()
        services[service] = (descriptor, getattr(stubs, f"{descriptor.name}Stub")(channel))
    return services


def reflected(channel):
    """The same from what the server says of itself."""
    from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

    database = ProtoReflectionDescriptorDatabase(channel)
    pool = descriptor_pool.DescriptorPool(database)
    services = {}
    for name in database.get_services():
        if name.startswith("sijill."):
            descriptor = pool.FindServiceByName(name)
            services[descriptor.name.removesuffix("Service").lower()] = (descriptor, stub(channel, descriptor))
    return services


def stub(channel, service):
    """What generated code holds: a callable for each method."""
    kinds = {
        (False, False): channel.unary_unary,
        (False, True): channel.unary_stream,
        (True, False): channel.stream_unary,
        (True, True): channel.stream_stream,
    }
    callables = {}
    for method in service.methods:
        kind = kinds[method.client_streaming, method.server_streaming]
        callables[method.name] = kind(
            f"/{service.full_name}/{method.name}",
            request_serializer=message_factory.GetMessageClass(method.input_type).SerializeToString,
            response_deserializer=message_factory.GetMessageClass(method.output_type).FromString,
        )
    return types.SimpleNamespace(**callables)


@dataclass(frozen=True)
class Caller:
    """Who calls: a role, "official:ID" or "organization:ID", and the facilities that they act for."""

    role: str
    subject: str = ""
    facilities: tuple = ()


ANONYMOUS = Caller("anonymous")


class Tokens:
    """Signs tokens with the program's own command; with an identity provider they would come from there."""

    def __init__(self, sijill, key):
        self.command = [sijill, "token", "--key", key]
        self.signed = {}

    def metadata(self, caller):
        """What a call of this caller carries."""
        if caller == ANONYMOUS:
            return []
        if caller not in self.signed:
            told = ["--subject", caller.subject, "--role", caller.role]
            for facility in caller.facilities:
                told += ["--facility", facility]
            try:
                made = subprocess.run([*self.command, *told], stdout=subprocess.PIPE, text=True)
            except OSError as error:
                sys.exit(f"{self.command[0]}: {error.strerror}; say where the program is by --sijill")
            if made.returncode != 0:
                sys.exit(f"no token for {caller.subject}")
            self.signed[caller] = made.stdout.strip()
        return [("authorization", f"Bearer {self.signed[caller]}")]


class Key:
    """A key of one's own in a file: made, and used for signing, by the program's own command, without any server."""

    def __init__(self, sijill, file, owner):
        self.command = [sijill, "sign", "--output", "json"]
        self.file = str(file)
        [made] = self.run("key", "--out", self.file, "--owner", owner)["keys"]
        self.public = {"algorithm": "KEY_ALGORITHM_ED25519", "key": base64.b64decode(made["key"])}
        self.proof = base64.b64decode(made["proof"])

    def statement(self, origin, path, request, approves):
        """What stands in context.statement of a request, which approves the event of an entry."""
        with tempfile.NamedTemporaryFile() as entry:
            entry.write(approves)
            entry.flush()
            about = ["--origin", origin, "--method", path, "--approves", entry.name]
            [made] = self.run("request", "--key", self.file, *about, given=request)["statements"]
        decoded = {field: base64.b64decode(made[field]) for field in ("signed", "signature")}
        return {"key": made["key"], **decoded}

    def run(self, *told, given=b""):
        ended = subprocess.run([*self.command, *told], input=given, stdout=subprocess.PIPE)
        if ended.returncode != 0:
            sys.exit(f"sijill sign {told[0]} failed")
        return json.loads(ended.stdout)


class Connection:
    """Calls methods by their names."""

    def __init__(self, services, tokens):
        self.services = services
        self.tokens = tokens

    def methods(self, package):
        """Descriptors of a service's methods."""
        return list(self.services[package][0].methods)

    def message(self, full_name):
        """The class of a message, such as "sijill.events.v1.StockIssued"."""
        pool = self.services["audit"][0].file.pool
        return message_factory.GetMessageClass(pool.FindMessageTypeByName(full_name))

    def call(self, caller, name, **fields):
        """One request, one answer."""
        method, request = self.prepare(name)
        return method(request(**fields), metadata=self.tokens.metadata(caller), timeout=SECONDS_MAX)

    def signed(self, key, name, origin, approves, **fields):
        """The statement for a request that approves the event of an entry, in all fields but this one as it is sent."""
        package, method = name.split(".")
        descriptor = self.services[package][0]
        _, request = self.prepare(name)
        encoded = request(**fields).SerializeToString()
        return key.statement(origin, f"/{descriptor.full_name}/{method}", encoded, approves)

    def read(self, caller, name, **fields):
        """One request, many answers: iterate, and cancel() when it is enough."""
        method, request = self.prepare(name)
        return method(request(**fields), metadata=self.tokens.metadata(caller), timeout=SECONDS_MAX)

    def submit(self, caller, package, commands):
        """Many commands over one stream: pairs of a command's field name and its fields."""
        method, request = self.prepare(f"{package}.Submit")
        sent = (request(sequence=number, **{field: command}) for number, (field, command) in enumerate(commands))
        return method(sent, metadata=self.tokens.metadata(caller), timeout=SECONDS_MAX)

    def upload(self, caller, content, media_type):
        """A document, durable when this returns; events name it by the SHA-256 in the answer."""
        method, request = self.prepare("documents.UploadDocument")
        announced = {
            "media_type": media_type,
            "size_bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }

        def parts():
            yield request(document=announced)
            for start in range(0, len(content), CHUNK_BYTES):
                yield request(chunk=content[start : start + CHUNK_BYTES])

        return method(parts(), metadata=self.tokens.metadata(caller), timeout=SECONDS_MAX)

    def download(self, caller, sha256, start=0):
        """The bytes of a document from a place on. Who takes all of them compares them with the name."""
        answers = self.read(caller, "documents.DownloadDocument", sha256=sha256, offset_bytes=start)
        return b"".join(answer.chunk for answer in answers)

    def prepare(self, name):
        package, method = name.split(".")
        descriptor, callables = self.services[package]
        request = descriptor.methods_by_name[method].input_type
        return getattr(callables, method), message_factory.GetMessageClass(request)


def new_context(**particulars):
    """Circumstances of a command. Keep the id and send it again when no answer comes: it is applied once."""
    return {"request_id": str(uuid.uuid4()), **particulars}


def number(text):
    """A decimal as the ledger writes it: exact, without trailing zeros."""
    sign, digits, exponent = Decimal(text).as_tuple()
    units = int("".join(map(str, digits))) * (-1 if sign else 1) * 10 ** max(exponent, 0)
    scale = max(-exponent, 0)
    while scale > 0 and units % 10 == 0:
        units, scale = units // 10, scale - 1
    return {"units": units, "scale": scale}


def plain(decimal):
    """The ledger's decimal for people."""
    return f"{Decimal(decimal.units).scaleb(-decimal.scale):f}"


def refusal(error):
    """Why a call was refused: the stable code, and the text in each language, from the details of its status."""
    code, texts = "", {}
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in DETAILS["Status"].FromString(value).details:
                kind = detail.type_url.rpartition(".")[2]
                if kind == "ErrorInfo":
                    code = DETAILS[kind].FromString(detail.value).reason
                elif kind == "LocalizedMessage":
                    said = DETAILS[kind].FromString(detail.value)
                    texts[said.locale] = said.message
    return code, texts


def details():
    """The part of gRPC's messages of error details that is read here; the package grpcio-status has them whole."""
    shape = descriptor_pb2.FieldDescriptorProto
    fields = {
        "Any": [("type_url", 1, shape.TYPE_STRING), ("value", 2, shape.TYPE_BYTES)],
        "Status": [("details", 3, shape.TYPE_MESSAGE)],
        "ErrorInfo": [("reason", 1, shape.TYPE_STRING)],
        "LocalizedMessage": [("locale", 1, shape.TYPE_STRING), ("message", 2, shape.TYPE_STRING)],
    }
    file = descriptor_pb2.FileDescriptorProto(name="details.proto", package="details", syntax="proto3")
    for message, of_message in fields.items():
        added = file.message_type.add(name=message)
        for name, place, kind in of_message:
            field = added.field.add(name=name, number=place, type=kind, label=shape.LABEL_OPTIONAL)
            if kind == shape.TYPE_MESSAGE:
                field.label, field.type_name = shape.LABEL_REPEATED, ".details.Any"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"details.{name}")) for name in fields}


DETAILS = details()
