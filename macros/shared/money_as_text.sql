{#- Money as people read it in a sentence: whole units where it is large, to the cent below a thousand. -#}
{% macro money_as_text(amount) -%}
    case
        when abs({{ amount }}) < 1000 then {{ number_as_text(amount, 2) }}
        else {{ number_as_text(amount) }}
    end
{%- endmacro %}
