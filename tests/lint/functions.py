"""tests/lint/functions.py - finds the functions in C++ by counting braces.

Not a parser: at the level of files, namespaces and classes, a brace after something with parentheses
opens a function.
"""

import re

NAME = re.compile(r"((?:\w+::)*~?\w+|operator\s*\S+?)\s*\(")


def _is_scope(header):
    """namespace, class and so on; but not a function that returns `struct x`, nor a template's."""
    header = re.sub(r"\btemplate\s*<[^{}]*?>(?=\s*(?:class|struct|union)\b)", "", header)
    header = re.sub(r"\[\[.*?\]\]|\balignas\([^)]*\)", "", header)
    return re.match(r"\s*(?:inline\s+|export\s+|typedef\s+)*"
                    r"(?:namespace|class|struct|union|enum|extern\s*\"\")(?![^:{]*\))", header)


def _name_of(header):
    match = NAME.search(header)
    return match.group(1) if match else header.strip()[-30:]


def functions(code):
    """(name, first line, last line) of each function in code without comments and strings."""
    found = []
    stack = []  # for each open brace: "scope", "other", or (name, line) of a function
    header, header_line, line, parentheses = "", 0, 1, 0
    for offset, letter in enumerate(code):
        if letter == "\n":
            line += 1
        inside = any(each != "scope" for each in stack)
        if letter == "{":
            if inside or parentheses > 0:
                stack.append("other")
            elif _is_scope(header):
                stack.append("scope")
            elif "(" in header:
                stack.append((_name_of(header), header_line))
            else:
                stack.append("other")
            if stack[-1] == "scope":
                header = ""
            continue
        if letter == "}":
            closed = stack.pop() if stack else "other"
            if isinstance(closed, tuple):
                # A member's initializer in braces, or a default argument: the function goes on.
                if code[offset + 1:].lstrip()[:1] in ("{", ","):
                    continue
                found.append((*closed, line))
                header, parentheses = "", 0
            elif closed == "scope":
                header, parentheses = "", 0
            continue
        if inside:
            continue
        if letter in "()":
            parentheses += 1 if letter == "(" else -1
        if letter == ";" and parentheses == 0:
            header = ""
            continue
        if not header and letter.isspace():
            continue
        if not header:
            header_line = line
        header += letter
    return found
