namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>A key with its value.</summary>
internal readonly record struct YamlEntry(YamlNode.Scalar Key, YamlNode Value);
