"""Brings the translation files up to the exported terms.

    merge_po.py NEW.pot I18N_FOLDER [--check]

Dates are left out of the header, so that a file changes only when a term does. A
changed term loses its translation: a guess ("fuzzy") in a print is worse than none.
"""

import sys
from pathlib import Path

import polib

LANGUAGE = "zh_CN"
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team")


def merged(template, translations):
    """The entries of the template with what is already translated."""
    known = {
        (entry.msgctxt, entry.msgid): entry.msgstr
        for entry in translations
        if not entry.obsolete and not entry.fuzzy
    }
    result = polib.POFile(wrapwidth=78)
    result.metadata = dict(template.metadata)
    result.metadata["Language"] = LANGUAGE
    for entry in template:
        result.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                msgstr=known.get((entry.msgctxt, entry.msgid), ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=entry.flags,
            )
        )
    return result


def main(source, folder, check):
    template = polib.pofile(source, wrapwidth=78)
    for key in VOLATILE:
        template.metadata.pop(key, None)
    po_path = folder / f"{LANGUAGE}.po"
    pot_path = folder / "aftersales.pot"
    translations = polib.pofile(str(po_path)) if po_path.exists() else []
    result = merged(template, translations)
    wrong = 0
    for path, content in ((pot_path, str(template)), (po_path, str(result))):
        content = content.rstrip("\n") + "\n"
        if path.exists() and path.read_text(encoding="utf-8") == content:
            continue
        if check:
            wrong += 1
            print(f"i18n: {path.name} is out of date; run scripts/i18n")
        else:
            folder.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(f"i18n: {path.name} written")
    missing = [entry for entry in result if not entry.msgstr]
    print(f"i18n: {len(template)} terms, {len(missing)} not translated ({LANGUAGE})")
    for entry in missing[:200]:
        place = entry.occurrences[0][0] if entry.occurrences else ""
        print(f"    {place}: {entry.msgid[:100]!r}")
    return 1 if wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), "--check" in sys.argv[3:]))
