package tasker.events.pgmq;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/** Leave it to each lease to find out whether its connection is lost. */
final class NeverEvict implements SQLExceptionOverride {
    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException failure) {
        return SQLExceptionOverride.Override.DO_NOT_EVICT;
    }
}
