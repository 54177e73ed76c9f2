import { addTour, hidden, press, write } from "./tour_steps";

// Additional work, from the technician's phone to the adviser's.

addTour("aftersales_addition_finding", {
    steps: () => [
        {
            content: "a finding at his job",
            trigger:
                ".o_kanban_record:contains(Replace drive motor) button[name=action_report_finding]",
            run: "click",
        },
        ...write("finding", "Brake hose cracked", ".modal"),
        {
            content: "it is safety work",
            trigger: ".modal .o_field_widget[name=is_safety] input",
            run: "click",
        },
        ...write("reason", "It may burst", ".modal"),
        ...write("explanation", "The hose carries the brake pressure", ".modal"),
        {
            content: "report it",
            trigger: ".modal .o_form_button_save:enabled, .modal footer .btn-primary:enabled",
            run: "click",
        },
        { content: "the window closes", trigger: "body:not(:has(.modal))" },
    ],
});

addTour("aftersales_addition_call", {
    steps: () => [
        {
            content: "danger is shown",
            trigger: ".o_form_view .alert-danger:contains(Safety work)",
        },
        ...hidden("action_take_over"),
        ...press("action_call"),
        {
            content: "price and delay were told",
            trigger: ".modal .o_field_widget[name=delay_told] input",
            run: "click",
        },
        {
            content: "so was the danger",
            trigger: ".modal .o_field_widget[name=safety_told] input",
            run: "click",
        },
        {
            content: "he agrees",
            trigger: ".modal .o_field_widget[name=answer] .o_radio_item:contains(Agrees) input",
            run: "click",
        },
        {
            content: "enter the answer",
            trigger: ".modal footer button[name=action_confirm]:enabled",
            run: "click",
        },
        {
            content: "he has agreed",
            trigger: ".o_form_view .o_field_widget[name=answer]:contains(Agreed)",
        },
    ],
});

addTour("aftersales_addition_take_over", {
    steps: () => [
        ...press("action_take_over"),
        {
            content: "the workshop has it",
            trigger:
                ".o_form_view:has(.o_field_widget[name=workshop_told_to_id]:contains(Dispatcher))",
        },
    ],
});
