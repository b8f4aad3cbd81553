namespace CdcStripeSync.Simulator.Schema;

internal enum ParameterKind
{
    Text,
    Integer,
    Boolean,
    Number,
    Decimal,
    Object,
    Map,
    Array,
    Alternatives,
}
