namespace CdcStripeSync.Core.Mapping;

/// <summary>A piece of a <see cref="Template"/>: text as it stands, or a column's name.</summary>
internal readonly record struct TemplatePart(string Text, bool IsColumn);
