namespace CdcStripeSync.Core.Catalogue;

/// <summary>A closer rule for a field's value than its kind.</summary>
public enum FieldFormat
{
    None,
    /// <summary>Seconds since 1970.</summary>
    UnixTime,
    /// <summary>A three-letter ISO 4217 code, sent in lower case.</summary>
    Currency,
    /// <summary>What a card statement can print: no <c>&lt; &gt; \ " '</c>, at least one letter.</summary>
    StatementDescriptor,
}
