namespace CdcStripeSync.Debezium.Columns;

/// <summary>What a field's schema says of its value.</summary>
/// <param name="Scale">A decimal's.</param>
/// <param name="Filling">What stands there where nobody knows the value.</param>
internal readonly record struct FieldType(Meaning Meaning, int Scale, Filling Filling = default);
