with

settings as (

    {% for setting in ['plan_budget', 'plan_exact_up_to'] -%}
    select
        '{{ setting }}' as setting,
        {{ sql_text(tojson(var(setting))) }} as setting_json
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from settings
