using System.Collections.Immutable;

namespace CdcStripeSync.Connect.Rest;

/// <summary>A connector as the worker has it.</summary>
/// <param name="Config">As it was given: references to secrets, not the secrets; with <c>name</c>.</param>
/// <param name="Status">Null where the worker has none yet.</param>
public sealed record ConnectorInfo(string Name, ImmutableSortedDictionary<string, string> Config, ConnectorStatus? Status);
