"""Reads a mailbox with Python's poplib, as strictly as poplib is. Prints what it saw; fails loudly."""

import argparse
import poplib
import ssl

options = argparse.ArgumentParser()
options.add_argument("--port", type=int, required=True)
options.add_argument("--cafile")
options.add_argument("--tls", choices=["none", "stls", "inside"], default="none")
options.add_argument("--login", choices=["user", "apop"], default="user")
options.add_argument("--user", default="ada")
options.add_argument("--password", default="lovelace")
options.add_argument("--expect", help="a number of messages, or `refusal` of the password")
options = options.parse_args()

context = ssl.create_default_context(cafile=options.cafile) if options.tls != "none" else None
if options.tls == "inside":
    box = poplib.POP3_SSL("localhost", options.port, context=context, timeout=20)
else:
    box = poplib.POP3("localhost", options.port, timeout=20)
assert box.getwelcome().startswith(b"+OK"), box.getwelcome()

capabilities = box.capa()
if options.tls == "stls":
    assert "STLS" in capabilities, capabilities
    box.stls(context)
    assert "STLS" not in box.capa(), "STLS is offered again inside TLS"

try:
    if options.login == "apop":
        box.apop(options.user, options.password)
    else:
        box.user(options.user)
        box.pass_(options.password)
except poplib.error_proto as refusal:
    assert options.expect == "refusal", refusal
    print("refused:", refusal.args[0].decode())
    raise SystemExit(0)
assert options.expect != "refusal", "a wrong password was accepted"

count, octets = box.stat()
_, listing, _ = box.list()
sizes = [int(line.split()[1]) for line in listing]
assert count == len(sizes) and octets == sum(sizes), (count, octets, sizes)
_, unique, _ = box.uidl()
assert len({line.split()[1] for line in unique}) == count, unique
if options.expect:
    assert count == int(options.expect), (count, options.expect)
print(f"{count} messages, {octets} octets")

for number, size in enumerate(sizes, 1):
    _, lines, _ = box.retr(number)
    message = b"".join(line + b"\r\n" for line in lines)
    assert len(message) == size, f"message {number}: LIST says {size}, RETR brought {len(message)}"
    _, top, _ = box.top(number, 0)
    assert top == lines[: len(top)] and top[-1] == b"", f"message {number}: TOP 0 is not its head"
    print(message.decode("utf-8", "replace"))

if count:
    box.dele(1)
    assert box.stat()[0] == count - 1
    box.rset()
    assert box.stat()[0] == count
box.noop()
goodbye = box.quit()
assert goodbye.startswith(b"+OK"), goodbye
