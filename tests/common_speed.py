from lxml import etree

# What the web client fetches beside a field for its widget.
ACTIVITY_FIELDS = (
    "activity_exception_decoration",
    "activity_exception_icon",
    "activity_state",
    "activity_summary",
    "activity_type_icon",
    "activity_type_id",
)
TAG_WIDGETS = ("many2many_tags", "many2many_avatar_user")


class SpeedCommon:
    """Asks the server what the web client asks to show a view."""

    def _arch(self, model, kind):
        views = model.get_views([(False, kind)])
        return etree.fromstring(views["views"][kind]["arch"])

    def _specification(self, model, kind):
        """Return what the view of ``kind`` reads of its records."""
        specification = {}
        for node in self._arch(model, kind).iterfind(".//field"):
            name, field = node.get("name"), model._fields[node.get("name")]
            known = specification.setdefault(name, {})
            if node.get("column_invisible") in ("True", "1"):
                continue
            if field.type == "many2one" or node.get("widget") in TAG_WIDGETS:
                known["fields"] = {"display_name": {}}
            elif field.relational:
                known["fields"] = {}
            if node.get("widget") == "kanban_activity":
                for needed in ACTIVITY_FIELDS:
                    specification.setdefault(needed, {})
                specification["activity_type_id"] = {"fields": {"display_name": {}}}
        return specification

    def _kanban(self, model, groupby, domain=()):
        """Return a function that loads the board grouped by ``groupby``."""
        specification = self._specification(model, "kanban")
        arch = self._arch(model, "kanban")
        bar = arch.find("progressbar")
        aggregates = [f"{bar.get('sum_field')}:sum"] if bar.get("sum_field") else []
        model = model.with_context(read_group_expand=True)

        def load():
            groups = model.web_read_group(
                list(domain),
                [groupby],
                aggregates,
                auto_unfold=True,
                unfold_read_specification=specification,
                unfold_read_default_limit=int(arch.get("limit", 40)),
            )
            model.read_progress_bar(
                list(domain),
                groupby,
                {"field": bar.get("field"), "colors": {"x": "success"}},
            )
            return groups

        return load

    def _calendar(self, model, start, stop):
        """Return a function that loads the calendar between two moments."""
        arch = self._arch(model, "calendar")
        names = {node.get("name") for node in arch.iterfind(".//field")}
        names |= {arch.get("date_start"), arch.get("date_stop"), "display_name"}
        names |= {arch.get("color")} - {None}
        domain = [
            (arch.get("date_start"), "<=", stop),
            (arch.get("date_stop") or arch.get("date_start"), ">=", start),
        ]
        return lambda: model.search_read(domain, sorted(names))
