{#- The settings of Python models are fixed when the project is parsed; a table is made anew by every build. -#}
with

settings as (

    {% for setting in ['what_if', 'what_if_changes', 'what_if_equity_years', 'random_state'] -%}
    select
        '{{ setting }}' as setting,
        {{ sql_text(tojson(var(setting))) }} as setting_json
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from settings
