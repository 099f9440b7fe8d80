'use strict';

require('./gather.test');
require('./task_group.test');
