{#-
    A from clause that reads the physical lines of CSV files, whatever is in them, as one column `line`. With new_line
    '\n' a line that ends in CRLF is followed by a null line, which is how mixed line ends are told. Where only the first
    lines are wanted, a small buffer keeps the reader from unpacking much of a large file for them.
-#}
{% macro read_lines(source_name, files, new_line='\\n', first_lines_only=false) %}
    {%- set encoding = 'utf-16' if input_setting(source_name, 'encoding') == 'utf-16' else 'latin-1' -%}
    read_csv(
        {{ files }}, auto_detect = false, header = false, strict_mode = false, columns = {'line': 'VARCHAR'},
        {{ 'parallel = false, buffer_size = 4000000,' if first_lines_only }}
        delim = chr(1), quote = '', escape = '', new_line = '{{ new_line }}', encoding = '{{ encoding }}'
    )
{%- endmacro %}
