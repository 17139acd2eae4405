{#-
    The bin, from 1 (lowest values), of a value when the way from the lowest to the highest is cut into bins of equal width
    as pandas.cut does: closed on the right, the lowest value in bin 1; the middle bin when all values are equal. There is no
    division, so that whole numbers and decimals on an edge are told exactly.
-#}
{% macro equal_width_bin(measure, lowest, highest, bins) -%}
    case
        when {{ lowest }} = {{ highest }} then {{ (bins + 1) // 2 }}
        else
            1
            {%- for position in range(1, bins) %}
            + case
                when {{ bins }} * ({{ measure }} - {{ lowest }}) > {{ position }} * ({{ highest }} - {{ lowest }}) then 1 else 0
            end
            {%- endfor %}
    end
{%- endmacro %}
