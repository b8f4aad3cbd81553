using System.CommandLine;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Commands;

/// <summary>The options by which dead letters are selected; each one narrows.</summary>
internal sealed class LetterSelection
{
    private readonly Option<long[]> _ids = new("--id") { Description = "The letter's number; may be repeated.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _resource = new("--resource") { Description = "Letters of this resource of the mapping." };
    private readonly Option<string?> _table = new("--table") { Description = "Letters of this table (schema.table), or of this topic." };
    private readonly Option<string?> _error = new("--error") { Description = "Letters whose error contains this text." };
    private readonly Option<string?> _olderThan = new("--older-than") { Description = "Letters older than this: 90s, 15m, 2h, 7d." };

    public LetterSelection(Command command)
    {
        foreach (var option in (Option[])[_ids, _resource, _table, _error, _olderThan]) command.Options.Add(option);
        UsageErrors.RefuseEmpty(_resource, _table, _error, _olderThan);
    }

    public bool IsGiven(ParseResult parsed) =>
        parsed.GetValue(_ids) is { Length: > 0 } || parsed.GetValue(_resource) is not null || parsed.GetValue(_table) is not null
        || parsed.GetValue(_error) is not null || parsed.GetValue(_olderThan) is not null;

    public LetterFilter Read(ParseResult parsed, IReadOnlyCollection<LetterState> states) => new(
        states, parsed.GetValue(_ids) is { Length: > 0 } ids ? ids : null, parsed.GetValue(_resource), parsed.GetValue(_table), parsed.GetValue(_error),
        parsed.GetValue(_olderThan) is { } age ? TimeProvider.System.GetUtcNow() - Age.Parse(age) : null);
}
