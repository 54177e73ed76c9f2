import { addTour, press, reached, write } from "./tour_steps";

// The counter of the parts store on a phone, and old parts that leave for good.

/** Tap a card of an open window. */
function tap(text) {
    return [
        {
            content: `tap ${text}`,
            trigger: `.modal:last .o_kanban_record:contains(${text})`,
            run: "click",
        },
    ];
}

/** Choose the number of a part whose card says `part`; only those in `there` are offered. */
function number(part, chosen, there) {
    return [
        ...tap(part),
        {
            content: "open the numbers",
            trigger: ".modal:last .o_field_widget[name=lot_id] input",
            run: "click",
        },
        {
            content: "as many as lie there",
            trigger: `.modal:last:has(.o_kanban_record:not(.o_kanban_ghost):count(${there}))`,
        },
        ...tap(chosen),
        {
            content: `${chosen} is chosen`,
            trigger: `.modal .o_field_widget[name=lot_id] input:value(${chosen})`,
        },
    ];
}

function close(label) {
    return [
        {
            content: label,
            trigger: `.modal:last .modal-footer button:contains(${label}):enabled`,
            run: "click",
        },
    ];
}

addTour("aftersales_parts_by_number", {
    steps: () => [
        ...press("action_aftersales_issue"),
        ...number("Coolant pump", "PUMP-3", 4),
        ...close("Save"),
        ...number("Axle oil", "OIL-2", 2),
        ...write("quantity", "3", ".modal:last"),
        ...close("Save"),
        {
            content: "the cards say so",
            trigger: ".modal:has(.o_kanban_record:contains(PUMP-3)) .o_kanban_record:contains(OIL-2)",
        },
        ...close("Hand out"),
        ...reached("Done"),
    ],
});

addTour("aftersales_scrap_asked", {
    steps: () => [
        ...press("action_ask_disposal"),
        {
            content: "for scrap",
            trigger: ".modal [name=disposal] .o_radio_item:contains(Scrap) input",
            run: "click",
        },
        ...write("reason", "Burnt", ".modal"),
        ...close("Confirm"),
        {
            content: "it waits for Finance",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_ask_disposal]))",
        },
    ],
});

addTour("aftersales_scrap_authorised", {
    steps: () => [
        ...press("action_approve_disposal"),
        ...close("Ok"),
        {
            content: "it is scrapped",
            trigger: ".o_form_view .o_field_widget[name=custody_state]:contains(Scrapped)",
        },
    ],
});
