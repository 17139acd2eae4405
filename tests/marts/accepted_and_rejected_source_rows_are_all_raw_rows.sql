-- Row conservation of the optional sources: every raw row is accepted or stands among the rejected ones, once.
with

counted as (

    {% for source_name, source in optional_sources().items() -%}
    select
        '{{ source_name }}' as source_name,
        (select count(*) from {{ ref('base_' ~ source.source ~ '__' ~ source.table) }}) as raw_rows,
        (
            select count(*)
            from {{ ref('int_' ~ source_name ~ '_checked') }}
            where row_problem is null
        ) as accepted_rows,
        (
            select count(*)
            from {{ ref('fct_rejected_source_rows') }}
            where source_name = '{{ source_name }}'
        ) as rejected_rows
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from counted
where raw_rows is distinct from accepted_rows + rejected_rows
