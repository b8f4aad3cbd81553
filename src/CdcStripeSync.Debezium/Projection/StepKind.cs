namespace CdcStripeSync.Debezium.Projection;

/// <summary>What one step of a compiled projection does with the bytes at hand. <c>A</c> and <c>B</c> are the step's arguments.</summary>
internal enum StepKind : byte
{
    /// <summary>Passes over an int or long.</summary>
    Varint,
    Boolean,
    /// <summary>Passes over a string or bytes, by their length.</summary>
    Sized,
    /// <summary>Passes over A bytes.</summary>
    Fixed,
    /// <summary>Passes over an enum of A symbols.</summary>
    Enum,
    /// <summary>A union of null (branch A) and a varint.</summary>
    OptionalVarint,
    OptionalBoolean,
    OptionalSized,
    /// <summary>A union of null (branch A) and what the next steps read; B is the step after them.</summary>
    Optional,
    /// <summary>Any other union: B branches, whose first steps stand in the jump table from A on.</summary>
    Union,
    /// <summary>Goes on at step A.</summary>
    Jump,
    /// <summary>Passes over a value of schema A by walking its tree: arrays, maps and what nests too deep to be laid out.</summary>
    Tree,
    /// <summary>Notes where column A begins, and where it ends.</summary>
    ColumnBegin,
    ColumnEnd,
    /// <summary>Notes where the value of envelope field A stands (a varint, a string).</summary>
    FieldVarint,
    FieldSized,
    /// <summary>The same where the value may be null (branch B).</summary>
    OptionalFieldVarint,
    OptionalFieldSized,
    /// <summary>Union branch A and no other: where a row is expected.</summary>
    Branch,
    /// <summary>The bytes of run A of the image that the record is compared with, and no others.</summary>
    Run,
}
