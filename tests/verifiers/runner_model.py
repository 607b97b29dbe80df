# SPDX-License-Identifier: MIT
"""What a GitHub runner makes of what a step writes: its rules, in a second hand.

Lines of a log: `::name key=value,…::data` where white space may stand in front (.NET's Trim), and the old form
`##[name key=value;…]data` anywhere in a line; Azure's `##vso[` and TeamCity's `##teamcity[` likewise. Output files:
`name=value` where `=` comes before `<<`, else a heredoc until the line that is the delimiter.
"""
import re

DOTNET_BLANKS = "".join(chr(c) for c in [*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029,
                                         0x202F, 0x205F, 0x3000])


def lines_of(text):
    """StreamReader.ReadLine: CR, LF and CR LF end a line."""
    return re.split(r"\r\n|\r|\n", text)


def unescape(text, is_property):
    if is_property:
        text = text.replace("%3A", ":").replace("%2C", ",")
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def new_form(line):
    line = line.lstrip(DOTNET_BLANKS)
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, data = line[2:].split("::", 1)
    name, _, rest = head.partition(" ")
    properties = {}
    for pair in rest.split(","):
        key, equals, value = pair.strip().partition("=")
        if equals:
            properties[key] = unescape(value, True)
    return name, properties, unescape(data, False)


def old_form(line):
    match = re.search(r"##(?:vso|teamcity)?\[", line, flags=re.I)
    return ("old", {}, line[match.start():]) if match else None


def commands_of(text):
    """Every command in a log, as (name, properties, data)."""
    return [command for command in (new_form(line) or old_form(line) for line in lines_of(text)) if command]


def outputs_of(text):
    """The outputs of a file, as a dict; ValueError where the runner would fail the step."""
    outputs = {}
    lines = text.split("\n")
    if lines.pop() != "":
        raise ValueError("no line end at the end")
    while lines:
        line = lines.pop(0)
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            outputs[line[:equals]] = line[equals + 1:]
        elif heredoc >= 0:
            name, delimiter = line[:heredoc], line[heredoc + 2:]
            if not name or not delimiter or delimiter not in lines:
                raise ValueError(f"'{line}' is not ended")
            end = lines.index(delimiter)
            outputs[name] = "\n".join(lines[:end])
            del lines[:end + 1]
        else:
            raise ValueError(f"'{line}' is no assignment")
    return outputs
