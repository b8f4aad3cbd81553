using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Checks;

/// <summary>What a topic's records lose by the way their connector is set, told from one of them. Pure.</summary>
internal static class RecordAdvice
{
    /// <param name="hasFullIdentity">Whether a table's replica identity is FULL; null where the database was not asked.</param>
    public static IReadOnlyList<Finding> Of(Mapping mapping, SourceRecord record, DecodedRecord decoded, Func<TableId, bool?> hasFullIdentity) => decoded switch
    {
        DecodedRecord.Unreadable unreadable => [new Finding(false, $"{record.Origin} cannot be read: {unreadable.Error}", unreadable.Hint)],
        DecodedRecord.Change { Event: { Op: not ChangeOp.Truncate } change } => [.. mapping.For(change.Table).SelectMany(map => OfChange(map, change, hasFullIdentity))],
        _ => [],
    };

    private static IEnumerable<Finding> OfChange(ResourceMap map, ChangeEvent change, Func<TableId, bool?> hasFullIdentity)
    {
        var topic = change.Origin.Topic;
        if (change.RecordKey.Count > 0 && map.KeyOf(change.Table, change.RecordKey) is null && change.Position.Kind != PositionKind.Binlog && hasFullIdentity(change.Table) != true)
        {
            yield return new Finding(
                false, $"{topic}: records are keyed by {string.Join(", ", change.RecordKey.Select(c => c.Key))}, not by the key {string.Join(", ", map.KeyColumns)} of {map.Name}: a delete does not say which row went",
                $"ALTER TABLE {change.Table} REPLICA IDENTITY FULL;  -- or take {change.Table} out of the connector's message.key.columns");
        }

        if (change.Position.Kind == PositionKind.Offset)
        {
            yield return new Finding(
                true, $"{topic}: rows have no position of their source, so records that a connector repeats can briefly show old values; transforms.unwrap.add.fields=op,table,lsn,source.ts_ms prevents it");
        }

        if (change.After is not { } row) yield break;
        foreach (var column in MoneyColumns(map).Where(c => row[c].Kind == ColumnKind.Double))
        {
            yield return new Finding(
                false, $"{topic}: {column} arrives as a binary floating point number, though {map.Name} takes money from it: amounts of more than 15 digits will be held",
                "set the connector's decimal.handling.mode to precise or string");
        }

        var desired = DesiredState.Of(map, row);
        foreach (var rule in map.Fields.Where(f => AmountFields.IsUnitUnsaid(f) && HasFraction(f, row, desired)))
        {
            yield return new Finding(
                false, $"{topic}: {map.Name}.{rule.Path} counts the smallest unit, and {string.Join(", ", rule.Source.Columns)} holds a fraction: 49.90 would be sent as 49.90 cents",
                $"say convert: minor_units for {map.Name}.{rule.Path}, or convert: decimal where it holds fractions of a cent");
        }

        foreach (var problem in desired.Problems.Where(p => p.Hint.Contains("decimal.handling.mode", StringComparison.Ordinal)))
            yield return new Finding(false, $"{topic}: {map.Name}.{problem.Path}: {problem.Message}", problem.Hint);
    }

    /// <summary>Whatever the database calls its type: decimals arrive as decimals, texts or doubles, by the connector's mode, or inside JSON.</summary>
    private static bool HasFraction(FieldRule rule, Row row, Desired desired) =>
        desired.Fields.GetValueOrDefault(rule.Path)?.Value is FieldValue.Number { Value.IsInteger: false }
        || (rule is { JsonPath: null, Map: null } && rule.Source.Columns.Any(c => ExactDecimal.TryParse(row[c].ToText(), out var number) && !number.IsInteger));

    private static IEnumerable<string> MoneyColumns(ResourceMap map) => map.Fields
        .Where(f => f.Converters.Any(c => c is Converter.MinorUnits)).SelectMany(f => f.Source switch
        {
            FieldSource.Column column => [column.Name],
            FieldSource.Coalesce coalesce => coalesce.Names,
            _ => (IEnumerable<string>)[],
        }).Distinct();
}
