with

rejected as (

    {% for source_name in optional_sources() -%}
    select
        '{{ source_name }}' as source_name,
        raw_row_number,
        row_problem

    from {{ ref('int_' ~ source_name ~ '_checked') }}
    where row_problem is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- the text of a row is put together for rejected rows alone: it costs more than all the rest
raw_rows as (

    {% for source_name, source in optional_sources().items() -%}
    {%- set raw_relation = ref('base_' ~ source.source ~ '__' ~ source.table) -%}
    select
        '{{ source_name }}' as source_name,
        raw_row_number,
        raw_file,
        raw_problem,
        {{ raw_row_as_text(raw_relation) }} as raw_text

    from {{ raw_relation }}
    where
        raw_row_number in (
            select rejected.raw_row_number
            from rejected
            where rejected.source_name = '{{ source_name }}'
        )
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        {{ combined_key(['rejected.source_name', 'rejected.raw_row_number']) }} as source_row_key,
        rejected.source_name,
        rejected.raw_row_number,
        rejected.row_problem as rejection_reason,
        raw_rows.raw_file,
        raw_rows.raw_problem as reader_message,
        raw_rows.raw_text

    from rejected
    inner join raw_rows
        on
            rejected.source_name = raw_rows.source_name
            and rejected.raw_row_number = raw_rows.raw_row_number

)

select * from final
