"""Reads one email as it was sent, says what a mail program makes of it, as one object of JSON."""

import email
import email.policy
import json
import sys

raw = sys.stdin.buffer.read()
message = email.message_from_bytes(raw, policy=email.policy.default)


def defects(part):
    found = [str(defect) for defect in part.defects]
    for value in part.values():
        found += [str(defect) for defect in getattr(value, "defects", ())]
    for below in part.iter_parts() if part.is_multipart() else ():
        found += defects(below)
    return found


def structure(part):
    kind = part.get_content_type()
    if not part.is_multipart():
        return kind
    return kind + "(" + ",".join(structure(below) for below in part.iter_parts()) + ")"


plain = message.get_body(("plain",))
page = message.get_body(("html",))
print(json.dumps({
    "structure": structure(message),
    "defects": defects(message),
    "subject": str(message["Subject"]),
    "longest_line": max(len(line) for line in raw.split(b"\r\n")),
    "bare_line_ends": raw.replace(b"\r\n", b"").count(b"\n"),
    "ascii": raw.isascii(),
    "plain": plain and plain.get_content(),
    "html": page and page.get_content(),
    "attachments": [[part.get_filename(), len(part.get_content())]
                    for part in message.iter_attachments()],
}))
