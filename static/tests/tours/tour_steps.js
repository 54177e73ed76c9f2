import { registry } from "@web/core/registry";

// What the tours have in common. All but the first return steps.

/** Add a tour whose steps wait long: a busy machine takes its time. */
export function addTour(name, { steps }) {
    registry.category("web_tour.tours").add(name, {
        steps: () => steps().map((item) => ({ timeout: 60000, ...item })),
    });
}

/** Wait until the ticket is in `state`, on a screen or on a phone. */
export function reached(state) {
    return [
        {
            content: `the ticket is ${state}`,
            trigger: [
                `.o_statusbar_status button.o_arrow_button_current:contains(${state})`,
                `.o_statusbar_status > .dropdown-toggle:not(.o_arrow_button_current):contains(${state})`,
            ].join(", "),
        },
    ];
}

/** Click a button of the form's header. */
export function press(name) {
    return [
        {
            content: `press ${name}`,
            trigger: `.o_form_view .o_statusbar_buttons button[name=${name}]:enabled`,
            run: "click",
        },
    ];
}

/** Click a button of the form's header and wait until the ticket is in `state`. */
export function step(name, state) {
    return [...press(name), ...reached(state)];
}

/** Whoever looks at this form does not see these buttons. */
export function hidden(...names) {
    return names.map((name) => ({
        content: `no button ${name} for this role`,
        trigger: `.o_form_view:has(.o_statusbar_status):not(:has(button[name=${name}]))`,
    }));
}

export function page(title) {
    return [
        {
            content: `open the page ${title}`,
            trigger: `.o_notebook .nav-link:contains(${title})`,
            run: "click",
        },
        {
            content: `the page ${title} is open`,
            trigger: `.o_notebook .nav-link.active:contains(${title})`,
        },
    ];
}

/** Choose a record in a many2one field on a screen. */
export function pick(field, text, within = "") {
    return [
        {
            content: `look for ${text}`,
            trigger: `${within} .o_field_widget[name=${field}] input`,
            run: `edit ${text}`,
        },
        {
            content: `choose ${text}`,
            trigger: `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) a:contains(${text})`,
            run: "click",
        },
    ];
}

/** Choose a record in a many2one field on a phone: a window with cards opens. */
export function pickOnPhone(field, text) {
    return [
        {
            content: `open the cards of ${field}`,
            trigger: `.o_field_widget[name=${field}] input`,
            run: "click",
        },
        {
            content: `tap ${text}`,
            trigger: `.modal .o_kanban_record:contains(${text})`,
            run: "click",
        },
        {
            content: `${text} is chosen`,
            trigger: `.o_field_widget[name=${field}] input:value(${text})`,
        },
    ];
}

/** Choose an item of a selection field. */
export function choose(field, label, within = "") {
    return [
        {
            content: `open the choices of ${field}`,
            trigger: `${within} .o_field_widget[name=${field}] input`,
            run: "click",
        },
        {
            content: `choose ${label}`,
            // On a phone it comes up from below, above an open window.
            trigger: `body .o_select_menu_item:contains(${label})`,
            run: "click",
        },
    ];
}

export function write(field, text, within = "") {
    return [
        {
            content: `write ${field}`,
            trigger: ["textarea", "input"]
                .map((tag) => `${within} .o_field_widget[name=${field}] ${tag}`)
                .join(", "),
            run: `edit ${text}`,
        },
    ];
}

export function save() {
    return [
        {
            content: "save",
            trigger: ".o_form_view .o_form_button_save:enabled",
            run: "click",
        },
        {
            content: "it is saved",
            trigger: ".o_form_view:not(:has(.o_form_status_indicator_buttons:not(.invisible)))",
        },
    ];
}

export function back() {
    return [
        {
            content: "back",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a.o_back_button",
            run: "click",
        },
    ];
}

/** Open an entry of the addon's menu. */
export function menu(section, entry) {
    return [
        {
            content: `open the menu ${section}`,
            trigger: `.o_menu_sections .dropdown-toggle:contains(${section})`,
            run: "click",
        },
        {
            content: `open ${entry}`,
            trigger: `.o-dropdown--menu a.dropdown-item:contains(${entry})`,
            run: "click",
        },
    ];
}
