{#-
    A mapped column as true or false: 1/0, true/false, yes/no, y/n or t/f in any case; null when it is none of these. A
    spreadsheet writes 1 as 1.0 once one value is missing.
-#}
{% macro input_boolean(source_name, column) -%}
    {%- set text = 'lower(' ~ input_text(source_name, column) ~ ')' -%}
    case
        when {{ text }} in ('1', '1.0', 'true', 'yes', 'y', 't') then true
        when {{ text }} in ('0', '0.0', 'false', 'no', 'n', 'f') then false
    end
{%- endmacro %}
