import { addTour, press } from "./tour_steps";

/** Tap the outline at a place given in percent. */
function tap(x, y) {
    return ({ anchor }) => {
        const box = anchor.getBoundingClientRect();
        anchor.dispatchEvent(
            new MouseEvent("click", {
                bubbles: true,
                clientX: box.left + (box.width * x) / 100,
                clientY: box.top + (box.height * y) / 100,
            })
        );
    };
}

addTour("aftersales_reception_phone", {
    steps: () => [
        {
            content: "read the meter",
            trigger: ".o_field_widget[name=odometer] input",
            run: "edit 10500",
        },
        {
            content: "read the gauge",
            trigger: ".o_field_widget[name=fuel_level] .o_selection_badge:contains(1/2)",
            run: "click",
        },
        {
            content: "hang the key",
            trigger: ".o_field_widget[name=key_place] input",
            run: "edit B3",
        },
        {
            content: "a scratch on the side",
            trigger: ".o_aftersales_outline_drawing",
            run: tap(25, 20),
        },
        {
            content: "it has its number",
            trigger: ".o_aftersales_outline_mark:contains(1)",
        },
        {
            content: "a second, in front",
            trigger: ".o_aftersales_outline_drawing",
            run: tap(62, 80),
        },
        {
            content: "it is a dent",
            trigger: ".o_aftersales_outline_row:eq(1) select",
            run: "select dent",
        },
        {
            content: "as large as a hand",
            trigger: ".o_aftersales_outline_row:eq(1) input",
            run: "edit As large as a hand && press Tab",
        },
        {
            content: "a third by mistake",
            trigger: ".o_aftersales_outline_drawing",
            run: tap(90, 90),
        },
        {
            content: "is taken off",
            trigger: ".o_aftersales_outline_row:eq(2) button",
            run: "click",
        },
        {
            content: "two are left",
            trigger: ".o_aftersales_outline:not(:has(.o_aftersales_outline_row:eq(2)))",
        },
        {
            content: "nothing on board",
            trigger: ".o_field_widget[name=no_items] input",
            run: "click",
        },
        {
            content: "told about valuables",
            trigger: ".o_field_widget[name=valuables_told] input",
            run: "click",
        },
        {
            content: "signed on paper",
            trigger: ".o_field_widget[name=signed_on_paper] input",
            run: "click",
        },
        ...press("action_done"),
        {
            content: "received; what was marked can no longer be changed",
            trigger: ".o_aftersales_outline:not(:has(select)) .o_aftersales_outline_row:eq(1):contains(As large as a hand)",
        },
        ...press("action_key_out"),
        ...press("action_key_in"),
        {
            content: "the key is back",
            trigger: ".o_statusbar_buttons button[name=action_key_out]",
        },
    ],
});
