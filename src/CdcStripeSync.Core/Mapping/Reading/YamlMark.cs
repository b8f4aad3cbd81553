namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>A place in a YAML file; both count from 1.</summary>
internal readonly record struct YamlMark(int Line, int Column);
