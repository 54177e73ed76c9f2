def choices_of(model, name):
    """Return the choices of the Selection ``name`` of ``model``, for a field that
    borrows them: in the reader's language, as they are installed."""
    return lambda records: (
        records.env[model]._fields[name]._description_selection(records.env)
    )
