{#-
    Columns that a model shows are those of their sources, row by row: {ours: theirs} for each relation, joined by the key
    that has one row in either. A row that the source lacks shows nothing of it. A failing row names the source.
-#}
{% test columns_are_gathered(model, key, sources) %}

with

{% for source in sources -%}
differing_{{ loop.index }} as (

    select
        ours.{{ key }},
        {{ sql_text(source.relation | string) }} as source_relation

    from {{ model }} as ours
    left join {{ source.relation }} as theirs
        on ours.{{ key }} = theirs.{{ key }}
    where
        {% for our_column, their_column in source.columns.items() -%}
        ours.{{ our_column }} is distinct from theirs.{{ their_column }}
        {% if not loop.last %}or {% endif %}
        {%- endfor %}

),

{% endfor -%}
final as (

    {% for source in sources -%}
    select * from differing_{{ loop.index }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final

{% endtest %}
