using System.Collections.Immutable;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>Collects every mistake of one file.</summary>
internal sealed class ErrorList(string file)
{
    private readonly List<MappingError> _errors = [];

    public int Count => _errors.Count;

    public void Add(YamlMark at, string path, string message, string? hint = null) =>
        _errors.Add(new MappingError(file, at.Line, at.Column, path, message, hint));

    /// <summary>In the file's order.</summary>
    public ImmutableArray<MappingError> ToImmutable() => [.. _errors.OrderBy(e => e.Line).ThenBy(e => e.Column)];
}
