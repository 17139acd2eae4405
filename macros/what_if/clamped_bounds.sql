{#- Both bounds of a what-if's measure, as far out as its expectation at least: what is drawn may be few and skewed. -#}
{% macro clamped_bounds(measure, data_type) -%}
    {% for side, outer in {'lower': 'least', 'upper': 'greatest'}.items() -%}
    case
        when bounded.{{ measure }}_{{ side }} is not null then cast(
            {{ outer }}(bounded.{{ measure }}_{{ side }}, cast(valued.{{ measure }} as double)) as {{ data_type }}
        )
    end as {{ measure }}_{{ side }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}
