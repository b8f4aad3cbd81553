namespace CdcStripeSync.Core.Changes;

/// <summary>Debezium's <c>op</c>.</summary>
public enum ChangeOp
{
    /// <summary><c>c</c></summary>
    Create,
    /// <summary><c>u</c></summary>
    Update,
    /// <summary><c>d</c></summary>
    Delete,
    /// <summary><c>r</c>: a row of a snapshot.</summary>
    Read,
    /// <summary><c>t</c></summary>
    Truncate,
}
