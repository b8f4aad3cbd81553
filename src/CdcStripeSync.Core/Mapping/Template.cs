using System.Collections.Immutable;
using System.Text;
using CdcStripeSync.Core.Mapping.Evaluation;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Text with columns in it: <c>{sku} ({id})</c>. A brace itself is written twice.</summary>
public sealed class Template
{
    private readonly ImmutableArray<TemplatePart> _parts;

    private Template(string text, ImmutableArray<TemplatePart> parts)
    {
        Text = text;
        _parts = parts;
        Columns = [.. parts.Where(p => p.IsColumn).Select(p => p.Text).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>As written in the mapping.</summary>
    public string Text { get; }

    public ImmutableArray<string> Columns { get; }

    /// <summary>The text between the columns.</summary>
    public IEnumerable<string> Literals => _parts.Where(p => !p.IsColumn).Select(p => p.Text);

    /// <param name="problem">What is wrong with the text, where it is no template.</param>
    public static Template? Parse(string text, out string? problem)
    {
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var literal = new StringBuilder();
        problem = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
            }
            else if (c == '}')
            {
                problem = $"'}}' at character {i + 1} closes nothing";
                return null;
            }
            else if (c == '{')
            {
                var end = text.IndexOf('}', i);
                var column = end < 0 ? "" : text[(i + 1)..end];
                if (end < 0) problem = $"'{{' at character {i + 1} is not closed";
                else if (column.Length == 0 || column.Contains('{', StringComparison.Ordinal)) problem = $"'{{{column}}}' at character {i + 1} names no column";
                if (problem is not null) return null;
                if (literal.Length > 0) parts.Add(new TemplatePart(literal.ToString(), IsColumn: false));
                literal.Clear();
                parts.Add(new TemplatePart(column, IsColumn: true));
                i = end;
            }
            else
            {
                literal.Append(c);
            }
        }

        if (literal.Length > 0) parts.Add(new TemplatePart(literal.ToString(), IsColumn: false));
        return new Template(text, parts.ToImmutable());
    }

    /// <summary>The text with a row's values; null where one is null (a text around a hole is no value), unavailable where one is not known.</summary>
    public ColumnValue Render(Row row) => Render(row, static (value, _) => JsonSteps.Scalar(value).ToText());

    /// <summary>The same as an id: each value with only the characters that ids hold.</summary>
    public ColumnValue RenderId(Row row) => Render(row, static (value, separator) =>
        value.ToText() is not { } text ? null : separator is { } next ? StripeIdEncoding.EncodeBefore(text, next) : StripeIdEncoding.Encode(text));

    /// <summary>A column that runs into the next one: no <c>_</c> or <c>-</c> stands behind it, and different rows could have one id. Null where there is none.</summary>
    public string? RunningOn => Enumerable.Range(0, _parts.Length).Where(i => Separator(i) is { } next && next is not ('_' or '-')).Select(i => _parts[i].Text).FirstOrDefault();

    /// <summary>What stands behind a column that is not the last: the first character of the text there, a brace where the next column follows at once.</summary>
    private char? Separator(int part)
    {
        if (!_parts[part].IsColumn || !_parts[(part + 1)..].Any(p => p.IsColumn)) return null;
        return _parts[part + 1].IsColumn ? '{' : _parts[part + 1].Text[0];
    }

    /// <param name="print">A value's text, by it and its separator; null where the value is.</param>
    private ColumnValue Render(Row row, Func<ColumnValue, char?, string?> print)
    {
        var text = new StringBuilder();
        var isNull = false;
        for (var i = 0; i < _parts.Length; i++)
        {
            var part = _parts[i];
            if (!part.IsColumn)
            {
                text.Append(part.Text);
                continue;
            }

            if (row[part.Text].IsUnavailable) return ColumnValue.Unavailable;
            if (print(row[part.Text], Separator(i)) is { } printed) text.Append(printed);
            else isNull = true;
        }

        return isNull ? ColumnValue.Null : ColumnValue.Of(text.ToString());
    }

    public override string ToString() => Text;
}
