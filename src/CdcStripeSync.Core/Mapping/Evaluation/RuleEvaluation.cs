using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Evaluation;

/// <summary>Runs one rule's steps over a row, up to the value that the field's type is to take.</summary>
internal static class RuleEvaluation
{
    /// <param name="rule">Its source is no constant.</param>
    public static Evaluated Run(ResourceMap map, FieldRule rule, Row row)
    {
        var current = Source(rule.Source, row);
        current = Then(current, value => rule.JsonPath is { } path ? JsonSteps.Follow(value, path) : Evaluated.Of(JsonSteps.Scalar(value)));
        foreach (var converter in rule.Converters)
        {
            current = Then(current, value => converter is Converter.MinorUnits ? ToMinorUnits(map, rule, row, value) : Conversion.Apply(converter, value));
        }

        if (rule.Compare is { } comparison) current = Then(current, value => Compare(comparison, value), nullToo: true);
        var isList = rule.Type.Kind == FieldKind.List;
        return rule.Map is { } valueMap ? Then(current, value => Evaluated.Of(Translate(valueMap, isList ? Conversion.ListIn(value) : value)), nullToo: true) : current;
    }

    private static Evaluated Source(FieldSource source, Row row)
    {
        switch (source)
        {
            case FieldSource.Column column:
                return row[column.Name].IsUnavailable ? new Evaluated.Unknown([column.Name]) : Evaluated.Of(row[column.Name]);
            case FieldSource.Templated templated:
                ImmutableArray<string> unknown = [.. templated.Template.Columns.Where(c => row[c].IsUnavailable)];
                return unknown.IsEmpty ? Evaluated.Of(templated.Template.Render(row)) : new Evaluated.Unknown(unknown);
            case FieldSource.Coalesce coalesce:
                var first = coalesce.Names.FirstOrDefault(c => !JsonSteps.Scalar(row[c]).IsNull);
                if (first is null) return Evaluated.Of(ColumnValue.Null);
                return row[first].IsUnavailable ? new Evaluated.Unknown([first]) : Evaluated.Of(row[first]);
            case FieldSource.Constant or FieldSource.Nowhere:
                return Evaluated.Of(ColumnValue.Null);
            default:
                throw new InvalidOperationException($"{source.GetType().Name} is no source");
        }
    }

    /// <summary>The next step, unless there is nothing to take it on. Null passes by steps that cannot do anything with it.</summary>
    private static Evaluated Then(Evaluated current, Func<ColumnValue, Evaluated> step, bool nullToo = false) =>
        current is Evaluated.Known known && (nullToo || known.Value.HasValue) ? step(known.Value) : current;

    private static Evaluated Compare(Comparison comparison, ColumnValue value) => comparison.Of(value) switch
    {
        ComparisonResult.True => Evaluated.Of(ColumnValue.Of(true)),
        ComparisonResult.False => Evaluated.Of(ColumnValue.Of(false)),
        ComparisonResult.Incomparable => new Evaluated.Wrong($"'{Shown.Of(value)}' cannot be compared by {comparison}", "convert it first, or correct the literal"),
        ComparisonResult.Unknown => throw new InvalidOperationException("an unknown value is not compared"),
        _ => throw new InvalidOperationException("no comparison result"),
    };

    private static ColumnValue Translate(ValueMap map, ColumnValue value)
    {
        if (value.Kind == ColumnKind.Array) return ColumnValue.Of([.. value.AsArray.Where(item => map.Find(item.ToText()) is not FieldValue.None).Select(item => Translate(map, item))]);
        return map.Find(value.ToText()) is { } found ? ColumnOf(found) : value;
    }

    private static ColumnValue ColumnOf(FieldValue literal) => literal switch
    {
        FieldValue.None => ColumnValue.Null,
        FieldValue.Text text => ColumnValue.Of(text.Value),
        FieldValue.Boolean boolean => ColumnValue.Of(boolean.Value),
        FieldValue.Number number => ColumnValue.Of(number.Value),
        FieldValue.List or FieldValue.Object => ColumnValue.Json(FieldValueJson.ToJson(literal)),
        _ => throw new InvalidOperationException($"{literal.GetType().Name} is no literal"),
    };

    private static Evaluated ToMinorUnits(ResourceMap map, FieldRule rule, Row row, ColumnValue value)
    {
        if (AmountFields.CurrencyInPath(rule.Path) is { } named) return Conversion.ToMinorUnits(value, named);
        if (AmountFields.CurrencyField(map.Type, rule.Path) is not { } field || map.Rule(field) is not { } currencyRule)
            return new Evaluated.Wrong("minor_units needs to know the currency", "map the currency of the same row");
        if (currencyRule.Source is FieldSource.Constant { Value: FieldValue.Text constant }) return Conversion.ToMinorUnits(value, constant.Value);
        return Run(map, currencyRule, row) switch
        {
            Evaluated.Known { Value.HasValue: true } currency => Conversion.ToMinorUnits(value, currency.Value.ToText()!),
            Evaluated.Known => new Evaluated.Wrong("minor_units needs a currency and the row has none", "give the row a currency"),
            var other => other,
        };
    }
}
