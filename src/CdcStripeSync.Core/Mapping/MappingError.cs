namespace CdcStripeSync.Core.Mapping;

/// <summary>One mistake in a mapping file.</summary>
/// <param name="File">As it was given.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Path">Where in the mapping: <c>resources.product.fields.nmae</c>; empty for the file itself.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">What to do, or what would be allowed.</param>
public sealed record MappingError(string File, int Line, int Column, string Path, string Message, string? Hint)
{
    public override string ToString()
    {
        var path = Path.Length == 0 ? "" : $"{Path}: ";
        return Hint is null ? $"{File}:{Line}:{Column}: {path}{Message}" : $"{File}:{Line}:{Column}: {path}{Message}; {Hint}";
    }
}
