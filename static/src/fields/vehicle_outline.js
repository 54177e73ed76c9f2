import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Marks on the outline of a vehicle: a tap on the drawing places one, its number stands
 * in the list below with kind and note. Value: [{x, y, kind, note}], x and y in percent.
 *
 * Option `before`: another such field of the record, whose marks are shown in grey.
 */
export class VehicleOutlineField extends Component {
    static template = "aftersales.VehicleOutlineField";
    static props = { ...standardFieldProps, before: { type: String, optional: true } };

    setup() {
        this.state = useState({ selected: -1 });
        this.kinds = [
            ["scratch", _t("Scratch")],
            ["dent", _t("Dent")],
            ["crack", _t("Crack")],
            ["broken", _t("Broken")],
            ["missing", _t("Missing")],
            ["rust", _t("Rust")],
            ["other", _t("Other")],
        ];
    }

    get marks() {
        return this.props.record.data[this.props.name] || [];
    }

    get marksBefore() {
        return (this.props.before && this.props.record.data[this.props.before]) || [];
    }

    kindLabel(kind) {
        return this.kinds.find(([key]) => key === kind)?.[1];
    }

    /** @param {Object[]} marks */
    save(marks) {
        return this.props.record.update({ [this.props.name]: marks });
    }

    onPlace(ev) {
        if (this.props.readonly) {
            return;
        }
        const box = ev.currentTarget.getBoundingClientRect();
        const percent = (value, size) =>
            Math.min(100, Math.max(0, Math.round((value / size) * 1000) / 10));
        const mark = {
            x: percent(ev.clientX - box.left, box.width),
            y: percent(ev.clientY - box.top, box.height),
            kind: "scratch",
            note: "",
        };
        this.state.selected = this.marks.length;
        return this.save([...this.marks, mark]);
    }

    onSelect(index) {
        this.state.selected = index;
    }

    onChange(index, vals) {
        this.state.selected = index;
        return this.save(
            this.marks.map((mark, i) => (i === index ? { ...mark, ...vals } : mark))
        );
    }

    onRemove(index) {
        this.state.selected = -1;
        return this.save(this.marks.filter((mark, i) => i !== index));
    }
}

registry.category("fields").add("aftersales_vehicle_outline", {
    component: VehicleOutlineField,
    displayName: _t("Vehicle outline"),
    supportedTypes: ["json"],
    supportedOptions: [
        { label: _t("Marks of before"), name: "before", type: "field" },
    ],
    extractProps: ({ options }) => ({ before: options.before }),
});
