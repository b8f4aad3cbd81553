using System.Collections.Immutable;

namespace CdcStripeSync.Core.Mapping;

/// <summary>A mapping, or everything that is wrong with its file: exactly one of the two.</summary>
public sealed record MappingReading(Mapping? Mapping, ImmutableArray<MappingError> Errors);
