using System.CommandLine;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Commands;

/// <summary>The options by which waiting rows are selected; each one narrows.</summary>
internal sealed class ParkedSelection
{
    private readonly Option<string[]> _rows = new("--row") { Description = "As `parked list` prints it; may be repeated.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _resource = new("--resource") { Description = "Rows of this resource of the mapping." };
    private readonly Option<string?> _table = new("--table") { Description = "Rows of this table (schema.table)." };
    private readonly Option<ParkReason?> _reason = new("--reason") { Description = "Rows that wait for this." };
    private readonly Option<string?> _error = new("--error") { Description = "Rows whose message contains this text." };
    private readonly Option<string?> _olderThan = new("--older-than") { Description = "Rows that wait longer than this: 90s, 15m, 2h, 7d." };

    public ParkedSelection(Command command)
    {
        foreach (var option in (Option[])[_rows, _resource, _table, _reason, _error, _olderThan]) command.Options.Add(option);
        UsageErrors.RefuseEmpty(_resource, _table, _error, _olderThan);
    }

    public bool IsGiven(ParseResult parsed) =>
        parsed.GetValue(_rows) is { Length: > 0 } || parsed.GetValue(_resource) is not null || parsed.GetValue(_table) is not null || parsed.GetValue(_reason) is not null
        || parsed.GetValue(_error) is not null || parsed.GetValue(_olderThan) is not null;

    /// <summary>Longest waiting first.</summary>
    public async Task<IReadOnlyList<ParkedRow>> FindAsync(ParseResult parsed, IStateStore store, CancellationToken cancellationToken)
    {
        var rows = parsed.GetValue(_rows) is { Length: > 0 } named ? named.ToHashSet(StringComparer.Ordinal) : null;
        var before = parsed.GetValue(_olderThan) is { } age ? TimeProvider.System.GetUtcNow() - Age.Parse(age) : DateTimeOffset.MaxValue;
        var all = await store.ParkedAsync(parsed.GetValue(_reason), int.MaxValue, cancellationToken);
        return [.. all.Where(p =>
            (rows is null || rows.Contains(p.Key.ToString())) && (parsed.GetValue(_resource) is not { } resource || p.Key.Resource == resource)
            && (parsed.GetValue(_table) is not { } table || p.Key.Table.ToString() == table)
            && (parsed.GetValue(_error) is not { } error || p.Message.Contains(error, StringComparison.OrdinalIgnoreCase)) && p.Since < before)];
    }
}
