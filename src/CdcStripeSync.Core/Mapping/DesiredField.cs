using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>What the source says one field should be. <see cref="FieldValue.None"/> means: no value.</summary>
/// <param name="Value">Of the field's type in the catalogue.</param>
/// <param name="Owner">Never <see cref="Owner.Stripe"/>: such a field is not desired.</param>
/// <param name="OnNull">What no value does to an object that exists.</param>
/// <param name="OnConflict">Set exactly where the field is shared.</param>
public sealed record DesiredField(FieldValue Value, Owner Owner = Owner.Source, OnNull OnNull = OnNull.Clear, ConflictPolicy? OnConflict = null);
