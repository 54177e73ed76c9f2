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

/** Read meter and gauge, hang the key. */
function readings(odometer) {
    return [
        {
            content: "read the meter",
            trigger: ".o_field_widget[name=odometer] input",
            run: `edit ${odometer}`,
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
    ];
}

/** Tick a box. */
function tick(name, content) {
    return [
        {
            content,
            trigger: `.o_field_widget[name=${name}] input`,
            run: "click",
        },
    ];
}

/** What is told to the customer, and his answer. */
function together() {
    return [
        ...tick("no_items", "nothing on board"),
        ...tick("valuables_told", "told about valuables"),
        ...tick("explained", "work and charges explained"),
        ...tick("signed_on_paper", "signed on paper"),
    ];
}

function restInOrder() {
    return [
        {
            content: "all other points are in order",
            trigger: "button[name=action_check_rest_ok]:enabled",
            run: "click",
        },
        {
            content: "none is open",
            trigger: ".o_form_view:not(:has(button[name=action_check_rest_ok]))",
        },
    ];
}

// The vehicle of the thread comes in; its adviser sits at his desk.
addTour("aftersales_thread_receive", {
    steps: () => [
        ...press("action_receive_vehicle"),
        {
            content: "its reception",
            trigger: ".o_form_view:has(.o_aftersales_outline) button[name=action_done]",
        },
        ...readings("12000"),
        ...together(),
        ...restInOrder(),
        ...press("action_done"),
        {
            content: "received",
            trigger: ".o_statusbar_buttons button[name=action_key_out]",
        },
    ],
});

addTour("aftersales_reception_phone", {
    steps: () => [
        ...readings("10500"),
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
            content: "the body needs attention: one touch",
            trigger: ".o_field_widget[name=check_line_ids] .o_kanban_record:contains(Body) button[name=action_attention]",
            run: "click",
        },
        {
            content: "it is noted",
            trigger: ".o_field_widget[name=check_line_ids] .o_kanban_record:contains(Body) .badge:contains(Attention)",
        },
        ...restInOrder(),
        ...together(),
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
