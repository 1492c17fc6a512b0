"""tests/lint/source_tree.py - the files of the tree, and C++ source without its comments and strings."""

import fnmatch
import os
import re

FOLDERS = ("protocol", "pool", "conf", "daemon", "tools", "tests")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)
# Raw strings first, then strings, character literals (a digit separator is none) and comments.
QUIET = re.compile(
    r'R"([^()\\\s]{0,16})\(.*?\)\1"'
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|(?<![0-9a-zA-Z_])(?:u8|u|U|L)?'(?:[^'\\\n]|\\.)+'"
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)


class SourceTree:
    """The files under `root` that are not ignored; paths are relative and use '/'."""

    def __init__(self, root):
        self.root = root
        self.ignored = self._ignore_patterns()
        self.paths = sorted(self._walk())
        self._texts = {}

    def _ignore_patterns(self):
        try:
            with open(os.path.join(self.root, ".gitignore"), encoding="utf-8") as file:
                return [line.strip().rstrip("/") for line in file if line.strip()]
        except OSError:
            return []

    def _is_ignored(self, name):
        return any(fnmatch.fnmatch(name, pattern) for pattern in self.ignored)

    def _walk(self):
        for folder, folders, names in os.walk(self.root):
            at_top = os.path.samefile(folder, self.root)
            # build*/ is ignored where it is a folder at the top, not as any file of such a name.
            folders[:] = [
                name for name in folders
                if name != ".git" and (not self._is_ignored(name) or (not at_top and name == "build"))
            ]
            for name in names:
                if not self._is_ignored(name):
                    path = os.path.relpath(os.path.join(folder, name), self.root)
                    yield path.replace(os.sep, "/")

    def top_entries(self):
        """The names at the top of the tree that a clone would have."""
        return sorted(
            name for name in os.listdir(self.root)
            if name != ".git" and not self._is_ignored(name)
        )

    def ending(self, *endings, under=FOLDERS):
        """Paths with one of these endings in one of these folders."""
        return [
            path for path in self.paths
            if path.endswith(endings) and path.split("/")[0] in under
        ]

    def text(self, path):
        if path not in self._texts:
            with open(os.path.join(self.root, path), encoding="utf-8") as file:
                self._texts[path] = file.read()
        return self._texts[path]

    def includes(self, path):
        """The names in the #include lines, comments aside; once each."""
        text = re.sub(r"/\*.*?\*/", "", self.text(path), flags=re.DOTALL)
        return list(dict.fromkeys(name for _, name in INCLUDE.findall(text)))

    def closure(self, path):
        """Our files that `path` includes, through others too, itself among them; and all names."""
        ours, names, waiting = set(), set(), [path]
        known = set(self.paths)
        while waiting:
            each = waiting.pop()
            if each in ours:
                continue
            ours.add(each)
            for name in self.includes(each):
                names.add(name)
                if name in known:
                    waiting.append(name)
        return ours, names


def _blank(match):
    """As many lines as before, so that line numbers stay right."""
    text = match.group(0)
    quote = '""' if text[0] != "/" else " "
    return quote + "\n" * text.count("\n")


def code_only(text):
    """C++ without comments, the contents of strings, and preprocessor lines; lines keep their numbers."""
    code = QUIET.sub(_blank, text)
    return re.sub(
        r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
        lambda match: "\n" * match.group(0).count("\n"),
        code,
        flags=re.MULTILINE,
    )


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
