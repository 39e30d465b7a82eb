#!/usr/bin/env python3
"""Manual pages from what the program says of itself.

Reads `status-sync --experimental-dump-help` on standard input, writes one page a command into a folder:
status-sync.8, status-sync-run.8, status-sync-review-list.8 and so on.
"""

import json
import re
import sys
from pathlib import Path


def roff(text):
    """A text as roff takes it: nothing in it is a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def spelled(argument):
    names = [
        ("--" if name["kind"] == "long" else "-") + name["name"] for name in argument.get("names", [])
    ]
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        return f"\\fI{roff(value)}\\fR"
    head = ", ".join(f"\\fB{roff(name)}\\fR" for name in names)
    return head if argument["kind"] == "flag" else f"{head} \\fI{roff(value)}\\fR"


def synopsis(argument):
    text = spelled(argument).split(", ")[-1] if argument["kind"] != "positional" else spelled(argument)
    text += "..." if argument.get("isRepeating") else ""
    return f"[{text}]" if argument.get("isOptional") else text


def discussion(text):
    """Paragraphs; a line of capitals is a heading, a block that is indented stays as it is."""
    lines = []
    for paragraph in text.strip("\n").split("\n\n"):
        head, _, rest = paragraph.partition("\n")
        if head.isupper() and head.replace(" ", "").isalpha():
            lines.append(f".SH {head}")
            paragraph = rest
        else:
            lines.append(".PP")
        block = [line for line in paragraph.split("\n") if line]
        status = [re.fullmatch(r"\s+(\d+)\s+(.*)", line) for line in block]
        for line, match in zip(block, status):
            if match:
                lines += [".TP", f".B {match[1]}", roff(match[2])]
            else:
                lines += [roff(line.strip())] + ([".br"] if line.startswith(" ") else [])
    return lines


def page(command, path, version):
    name = "-".join(path)
    arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    lines = [
        f'.TH {roff(name.upper())} 8 "" "status\\-sync {version}" "System administration"',
        ".SH NAME", f"{roff(name)} \\- {roff(command.get('abstract', '').rstrip('.'))}",
        ".SH SYNOPSIS", f".B {roff(' '.join(path))}",
    ]
    lines += [synopsis(a) for a in arguments]
    children = [c for c in command.get("subcommands", []) if c["commandName"] != "help"]
    if children:
        lines.append("\\fIcommand\\fR ...")
    if command.get("discussion"):
        parts = discussion(command["discussion"])
        lines += ([".SH DESCRIPTION"] if not parts[0].startswith(".SH") else []) + parts
    if arguments:
        lines.append(".SH OPTIONS")
        for argument in arguments:
            text = roff(argument.get("abstract", "").strip())
            default = argument.get("defaultValue")
            if default and argument["kind"] != "flag":
                text += f" Default: {roff(default)}."
            lines += [".TP", spelled(argument), text or "See DESCRIPTION."]
    if children:
        lines.append(".SH COMMANDS")
        for child in children:
            lines += [
                ".TP", f"\\fB{roff(name + '-' + child['commandName'])}\\fR(8)",
                roff(child.get("abstract", "")),
            ]
    lines += [".SH FILES", ".TP", ".I /etc/status\\-sync/config.yaml",
              "The configuration; \\fBstatus\\-sync init\\fR writes one with every key.", ".TP",
              ".I /etc/status\\-sync/environment", "Variables, which go before it.",
              ".SH SEE ALSO"]
    around = ["status-sync"] if len(path) > 1 else []
    if len(path) > 2:
        around.append("-".join(path[:-1]))
    lines.append(", ".join(f"\\fB{roff(n)}\\fR(8)" for n in around) + ("," if around else ""))
    lines.append("the documents in \\fI/usr/share/doc/status\\-sync\\fR")
    return "\n".join(lines) + "\n"


def write(command, path, version, folder):
    (folder / ("-".join(path) + ".8")).write_text(page(command, path, version))
    for child in command.get("subcommands", []):
        if child["commandName"] != "help":
            write(child, path + [child["commandName"]], version, folder)


def main():
    folder, version = Path(sys.argv[1]), sys.argv[2]
    command = json.load(sys.stdin)["command"]
    write(command, [command["commandName"]], version, folder)


main()
