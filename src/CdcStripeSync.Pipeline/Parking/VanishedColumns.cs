using System.Collections.Concurrent;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Parking;

/// <summary>Mapped columns that the newest schema of a table no longer has: their resource stops, its rows wait until they are back.</summary>
internal sealed class VanishedColumns
{
    private const string Lacks = "the writer's schema lacks";
    private readonly ConcurrentDictionary<string, string> _missing = new(StringComparer.Ordinal);

    /// <summary>The columns that a resource lacks; null where it lacks none.</summary>
    public string? Of(ResourceMap map) => _missing.GetValueOrDefault(map.Name);

    /// <summary>Looks at the schema of an event that counts.</summary>
    /// <returns>True where the resource stops now, false where it goes on again, null where nothing changed.</returns>
    public bool? Look(ResourceMap map, ChangeEvent change)
    {
        if (change.WriterColumns is not { } writer || change.After is null) return null;
        var missing = map.Columns.Where(c => !writer.Contains(c)).ToList();
        if (missing.Count == 0) return _missing.TryRemove(map.Name, out _) ? false : null;
        var columns = string.Join(", ", missing);
        var isNews = Of(map) is null;
        _missing[map.Name] = columns;
        return isNews ? true : null;
    }

    public static ParkedRow Park(EntityKey key, string columns, DateTimeOffset since) => new(
        key, ParkReason.Held, "", $"{Lacks} {columns}", "put the column back, or take it out of the mapping and restart", since);

    public static bool IsCause(ParkedRow row) => row.Reason == ParkReason.Held && row.Message.StartsWith(Lacks, StringComparison.Ordinal);
}
