using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>Documents leave out what has no value, and a field that was unset goes: what the mapping reads and a document lacks is null. Pure.</summary>
internal static class DocumentFields
{
    /// <returns>The change with each mapped column in its images, where these are documents; any other change as it is.</returns>
    public static ChangeEvent Completed(ChangeEvent change, IEnumerable<ResourceMap> maps)
    {
        if (!change.IsOfDocument) return change;
        var columns = maps.SelectMany(map => map.Columns).Where(c => !change.RecordKey.Has(c)).Distinct(StringComparer.Ordinal).ToList();
        return change with { Before = Completed(change.Before, columns), After = Completed(change.After, columns) };
    }

    private static Row? Completed(Row? document, List<string> columns) =>
        document is null ? null : Row.Of(document.Concat(columns.Where(c => !document.Has(c)).Select(c => KeyValuePair.Create(c, ColumnValue.Null))));
}
