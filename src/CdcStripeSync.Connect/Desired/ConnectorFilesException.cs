using System.Collections.Immutable;

namespace CdcStripeSync.Connect.Desired;

/// <summary>The connector files cannot be used; every reason is listed.</summary>
public sealed class ConnectorFilesException(ImmutableArray<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public ImmutableArray<string> Errors { get; } = errors;
}
